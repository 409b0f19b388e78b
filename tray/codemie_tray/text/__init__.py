"""Words and numbers that a person reads."""
