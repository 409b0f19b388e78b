"""Profiles' tokens: finds, moves and masks them, and hands them to programs."""
