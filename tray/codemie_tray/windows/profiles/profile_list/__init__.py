"""The list of profiles at the left of the window."""
