"""Which files are counted, and their versions."""
