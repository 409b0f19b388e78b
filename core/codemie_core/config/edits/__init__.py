"""Edits of a configuration as pure functions: a state in, a new document out."""
