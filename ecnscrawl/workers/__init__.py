"""Run functions in other processes, each with a deadline and a limit of memory. Nothing here knows about pages."""
