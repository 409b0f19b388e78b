"""Today's usage: counted in a separate process, and shared with the trays of other sessions."""
