"""Tests of the generic reader."""
