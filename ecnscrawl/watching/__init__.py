"""Watch many sites: the table of sites, and what runs when."""
