"""Which profile is active: showing it and changing it."""
