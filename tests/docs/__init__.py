"""What the documentation says, held against what is there, and run as it stands."""
