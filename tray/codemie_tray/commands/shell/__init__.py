"""For shells: completion."""
