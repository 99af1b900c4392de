"""Where the code of others comes from, and what is known of it."""
