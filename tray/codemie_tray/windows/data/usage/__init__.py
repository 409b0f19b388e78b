"""What the Usage window reads."""
