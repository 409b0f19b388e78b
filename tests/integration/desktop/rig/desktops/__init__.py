"""The desktops of the rig: what all of them have, and one file for each."""
