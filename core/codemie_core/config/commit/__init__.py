"""Makes one change of the live configuration beside programs that ignore the lock."""
