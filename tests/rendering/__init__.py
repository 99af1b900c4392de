"""Tests of rendering that need no browser."""
