"""Rendering: a second try for pages that scripts fill in, by a browser whose every request is the crawl's own."""
