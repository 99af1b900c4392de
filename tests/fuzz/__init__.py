"""Fuzzing: whatever bytes come from the web, there is a reading or a word why not, soon. `make fuzz` takes its time."""
