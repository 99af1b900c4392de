"""Site profiles, one module for each news site. No Scrapy, so that pages can be read without it."""
