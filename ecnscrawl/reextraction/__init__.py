"""Read archived pages again: WARC files in, records out, through the same pages, loader and pipelines as a crawl."""
