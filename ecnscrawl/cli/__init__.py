"""What the commands share: base classes, and the checks of settings and feeds before a crawl."""
