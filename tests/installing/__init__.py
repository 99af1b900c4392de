"""Tests of what `make setup` and `make dist` build, and of the ways to install it."""
