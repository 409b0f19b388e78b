"""The contents of an open store, and changes to them, as immutable values."""
