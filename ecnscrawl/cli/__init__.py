"""Base classes of the commands, checks before a crawl, the console."""
