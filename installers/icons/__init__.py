"""The icon files: made from the SVG, and where they go on a disk."""
