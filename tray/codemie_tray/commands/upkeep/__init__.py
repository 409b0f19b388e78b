"""Looking after a home: old logs, the start at login, and what puts secrets at risk."""
