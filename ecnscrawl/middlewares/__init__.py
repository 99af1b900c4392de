"""Downloader and spider middlewares: allowed addresses, robots.txt, retries, request budgets, unparsable pages."""
