"""Monitoring of runs: statistics, health, drift, reports, status."""
