"""A run's files in a site's folder: lock, record files, publishing, recovery."""
