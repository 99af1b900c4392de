"""The spiders, one for each site: a name and a profile."""
