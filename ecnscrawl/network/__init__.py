"""The network: downloads, allowed addresses, pace, failures, shutdown."""
