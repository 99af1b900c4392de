"""Articles as rows of a PostgreSQL database: the storage, a run, and the publisher that makes files of them."""
