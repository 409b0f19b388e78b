"""The frozen program, and its packages for three systems."""
