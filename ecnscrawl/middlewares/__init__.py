"""Middlewares: what the network may not do to us, nor we to it."""
