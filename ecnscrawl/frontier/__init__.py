"""The frontier: the state of a site, revisits, budgets, when a host may be requested, and who may crawl a site."""
