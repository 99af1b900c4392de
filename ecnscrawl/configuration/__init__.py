"""Turn the settings into the storage and the limits that the parts of a crawl take, and accept their old names."""
