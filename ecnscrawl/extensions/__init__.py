"""Scrapy extensions: feeds, memory, the progress line, and counting requests and responses."""
