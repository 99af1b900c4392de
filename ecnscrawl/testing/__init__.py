"""What tests of a site's pages need: saved pages as fixtures."""
