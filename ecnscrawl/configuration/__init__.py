"""What the settings say, as the values that the parts of a crawl take: the storage, the limits, the old names."""
