"""The clock and the zone as a program that runs for weeks meets them: suspend, changes by hand, travel."""
