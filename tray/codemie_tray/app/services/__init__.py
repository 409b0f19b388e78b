"""What runs beside the icon: starting it and ending it."""
