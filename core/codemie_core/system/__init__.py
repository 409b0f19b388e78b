"""What the machine says about itself: clocks, the boot id, our own executables."""
