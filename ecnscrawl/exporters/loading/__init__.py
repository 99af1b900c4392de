"""Load records into a database of the user's: its address, its tables, and a module for each kind of database."""
