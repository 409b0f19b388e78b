"""Which files are counted, and which version of each was."""
