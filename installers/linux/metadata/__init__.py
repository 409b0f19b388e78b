"""What a desktop and `man` read about an installed program: desktop entries, AppStream, the manual page."""
