"""Other crawlers that read the same articles, each a program that runs in an environment of its own.

Each gets the name of a file with the articles' addresses, one a line, and prints how many it has read.
"""
