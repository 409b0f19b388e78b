"""What runs beside the icon, and starting and ending it."""
