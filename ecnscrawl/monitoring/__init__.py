"""Watching a run: statistics, health, drift, reports, status."""
