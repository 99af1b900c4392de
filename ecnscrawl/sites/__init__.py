"""What is special about each news site, one profile a module. No Scrapy: a page can be read without it."""
