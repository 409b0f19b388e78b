"""`codemie-tray profile ...`: creates, changes, checks and shares profiles."""
