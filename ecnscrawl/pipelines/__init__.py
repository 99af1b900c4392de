"""Item pipelines, one job each: dedupe, validate, store. Their order is in the settings."""
