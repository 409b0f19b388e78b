"""The parts of a frozen program, with versions and licences: inventory, notices, bill of materials."""
