"""Text, times and addresses to one form. No I/O, no Scrapy."""
