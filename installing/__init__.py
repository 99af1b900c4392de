"""Building .venv and the distributions: what `make setup` and `make dist` run."""
