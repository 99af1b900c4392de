"""Pages: pure functions from an article's responses to a Reading. No I/O, no Scrapy."""
