"""Normalise text, times, time zones and URLs. Pure functions, without I/O and without Scrapy."""
