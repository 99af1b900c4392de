"""Articles as files in the folder of each site: the storage, a run, its files, the lock, and what a kill has left."""
