"""A run whose records are rows of a PostgreSQL database, and the publisher that makes files of them."""
