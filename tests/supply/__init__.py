"""Tests of the dependencies: their lock file and known vulnerabilities."""
