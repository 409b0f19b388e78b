"""KDE Plasma, on X and on Wayland."""
