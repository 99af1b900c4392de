"""The state of many sites in a PostgreSQL database: `schema` has its tables, `claims` says who may change a site's."""
