"""Tokens of profiles: where they are, how they are moved, masked and handed to a program."""
