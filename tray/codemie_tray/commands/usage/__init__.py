"""`codemie-tray usage` and `usage export`."""
