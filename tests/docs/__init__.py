"""The documentation is true: its statements are compared with the code, and its examples are run."""
