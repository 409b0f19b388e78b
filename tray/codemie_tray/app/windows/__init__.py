"""The windows as the tray sees them: can they be opened, and a process for each. It never loads Qt."""
