"""`codemie-tray profile ...`: profiles are made, changed, checked and handed on."""
