"""The libraries in a bundle: which files they are, what they need, and where they look for each other."""
