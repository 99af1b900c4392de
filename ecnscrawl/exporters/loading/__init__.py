"""Load the records into a database of the user's: its address, its tables, and one module a kind of database."""
