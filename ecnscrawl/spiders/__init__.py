"""Spiders: where a site lists its news, how an address is canonical, what its id is."""
