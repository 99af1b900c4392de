"""The frontier: the state of a site, revisits, budgets, and when a host may be requested."""
