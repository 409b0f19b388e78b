"""The sheet that adds a profile."""
