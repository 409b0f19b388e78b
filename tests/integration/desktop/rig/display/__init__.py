"""A screen, its contents, and its pointer."""
