"""The way to the network and its rules: downloads, addresses, pace, shutdown."""
