"""Clock and time zone for a program that runs for weeks: suspend, clock changes, travel."""
