"""Stored articles in other formats: the selection, reading with DuckDB, and one module for each family of formats."""
