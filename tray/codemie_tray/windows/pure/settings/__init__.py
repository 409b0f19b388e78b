"""What the Settings window shows, as pure functions."""
