"""The menu on the bus: numbered rows, and the object that serves them."""
