"""Starting programs with a profile and its tokens."""
