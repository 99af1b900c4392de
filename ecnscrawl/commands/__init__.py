"""The project's sub-commands of `scrapy`, one module each, thin: the work is done elsewhere."""
