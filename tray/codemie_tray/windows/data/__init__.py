"""Reads files into values, and writes changes back. No Qt: the worker thread runs all of this."""
