"""The desktops of the rig: what they have in common, and one file for each."""
