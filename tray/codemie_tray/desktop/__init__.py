"""Desktop services: opens folders, starts the tray at login, puts the program on the PATH."""
