"""The terminal: printing, asking, and the three standard streams."""
