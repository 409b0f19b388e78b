"""Tokens from the logs that agents write themselves; of a log nothing but numbers, ids and models is kept."""
