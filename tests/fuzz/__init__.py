"""Fuzzing: any bytes from the web make a record or a counted reason, within a second. `make fuzz` takes an hour."""
