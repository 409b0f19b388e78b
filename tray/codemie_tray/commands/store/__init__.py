"""Stored data: credentials, earlier versions of the configuration, and its schema."""
