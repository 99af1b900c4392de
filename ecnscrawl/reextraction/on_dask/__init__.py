"""Re-extract on a Dask cluster: each archive is a task that writes a part, and the command takes the parts in order."""
