"""What the Usage window shows, as pure functions."""
