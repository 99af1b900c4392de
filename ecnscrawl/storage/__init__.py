"""Where articles are kept: the interface in `base`, files of the data folder, rows of a `database`, archived pages."""
