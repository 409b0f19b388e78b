"""`codemie-tray profile ...`: make, change, check and share profiles."""
