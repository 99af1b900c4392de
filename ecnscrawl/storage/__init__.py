"""Where articles are kept: the interface is `base`; as files in a `folder`, as rows of a `database`; archived pages."""
