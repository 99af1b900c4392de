"""Pipelines: what is done with a Visit, one job each, in the order that the settings give."""
