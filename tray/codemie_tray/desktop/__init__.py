"""What the desktop does for us: open a folder, start at login, find the program in a terminal."""
