"""Notices changes to files, no matter who made them."""
