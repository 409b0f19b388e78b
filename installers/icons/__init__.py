"""The icon files: made from the SVG, and their places on a disk."""
