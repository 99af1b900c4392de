"""The code that `make setup` and `make dist` run: it builds .venv and the distributions."""
