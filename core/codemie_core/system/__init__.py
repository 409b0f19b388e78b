"""What the machine says of itself: clocks, the boot id, our own executables."""
