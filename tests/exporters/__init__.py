"""Tests of exports: each is read back by its usual reader."""
