"""Files into values, and changes back into files. No Qt: the worker thread runs all of this."""
