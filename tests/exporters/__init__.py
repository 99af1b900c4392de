"""The exports, each read back by its usual reader."""
