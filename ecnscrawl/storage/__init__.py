"""One run on a site's folder: lock, record files, publishing, recovery."""
