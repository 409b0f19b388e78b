"""The libraries in a bundle: which files they are, what they need, where they look for each other."""
