"""What the project claims about its speed and size: each module is one command, `python -m bench.NAME`."""
