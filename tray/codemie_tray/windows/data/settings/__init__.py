"""What the Settings window reads and changes."""
