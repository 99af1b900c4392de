"""What is known of a site, and what to request next: state, revisits, budgets, hosts."""
