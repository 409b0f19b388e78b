"""The shell function that offers the profiles: the parser names it, the completion script defines it."""

from codemie_tray import PROGRAM

NAMES_FUNCTION = f"_{PROGRAM.replace('-', '_')}_profiles"
