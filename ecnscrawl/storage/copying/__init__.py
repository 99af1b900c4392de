"""Copy all that is stored of a site between a data folder and a database, and compare the copy with the original."""
