"""Fixtures: saved pages, their manifest, what a reader sees in them."""
