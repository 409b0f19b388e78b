"""The frozen program: what goes into it, and PyInstaller's run."""
