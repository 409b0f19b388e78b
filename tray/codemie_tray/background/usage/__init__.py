"""Today's usage: counted in a process of its own, and shared with the trays of other sessions."""
