"""Render pages that scripts fill in, with a browser that gets everything it loads from the crawl's own downloader."""
