"""What the backends share of pystray."""
