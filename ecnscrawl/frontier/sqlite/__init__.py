"""The state of one site in an SQLite file: `database` opens it, and each other module has a table."""
