"""The processes of a desktop, and its session bus."""
