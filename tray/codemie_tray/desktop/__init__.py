"""Services of the desktop: open a folder, start at login, put the program on the PATH."""
