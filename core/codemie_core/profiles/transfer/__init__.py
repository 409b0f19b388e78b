"""Profiles in a file, without secrets, for another machine or a team."""
