"""What a run did, and whether it is healthy: statistics, health, drift, reports, status."""
