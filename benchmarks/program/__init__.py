"""What the program as a whole costs: its start, its idling tray, its frozen form."""
