"""What has been seen and what to ask for next: state, revisits, budgets, hosts."""
