"""macOS: an .app in a .dmg. Not run on macOS yet."""
