"""Tokens from the logs that agents write; only numbers, ids and models are kept from a log."""
