"""Pure: files -> state -> view. No toolkit, no clock; the only I/O is reading the state."""
