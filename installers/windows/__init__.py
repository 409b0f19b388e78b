"""Windows: the version resource of the executables, the installer and the portable zip."""
