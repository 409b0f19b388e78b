"""JSON whose bytes are kept where nothing changed."""
