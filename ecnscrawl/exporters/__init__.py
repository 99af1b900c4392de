"""The articles in other formats: what is asked for, how DuckDB reads it, and one module a family of formats."""
