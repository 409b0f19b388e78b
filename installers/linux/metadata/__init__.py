"""What a desktop and `man` read of an installed program: desktop entries, AppStream, the manual page."""
