"""The icon as a host wants it: pixels, drawn once and kept."""
