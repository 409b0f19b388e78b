"""The form of one profile."""
