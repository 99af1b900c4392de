"""Support for tests of a site's pages: saved pages as fixtures."""
