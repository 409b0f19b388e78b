"""How the windows look: colours, sizes, and following the system's light or dark."""
