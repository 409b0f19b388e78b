"""Maintaining a home: old logs, starting at login, and what puts secrets at risk."""
