"""Read pages: pure functions from the responses of an article, listing or feed to raw values. No I/O, no Scrapy."""
