"""The session bus: the connection, the wire format and who answers which call."""
