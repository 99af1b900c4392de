"""Benchmarks of the project's speed and memory; each module is a command, `python -m bench.NAME`."""
