"""What the program as a whole costs: its start, its idle tray, its frozen form."""
