"""The frontier: the state of a site, revisits, budgets, and which hosts may be requested."""
