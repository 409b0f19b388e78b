"""Sessions on disk: their records and files, in both layouts.

Imports nothing: whoever only reads JSON Lines does not load the records.
"""
