"""What the commands share: base classes, checks before a crawl, the console."""
