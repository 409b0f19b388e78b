"""A screen, what is seen on it, and what points at it."""
