"""Listings, articles, arguments and render policy: the parts that a spider is made of."""
