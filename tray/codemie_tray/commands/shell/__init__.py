"""What shells need: completion."""
