"""Tests of rendering without a browser: finding one, keeping one."""
