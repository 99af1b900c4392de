"""`archive/<run>.warc.gz`: the pages of a run as the site sent them."""
