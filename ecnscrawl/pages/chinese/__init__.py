"""Patterns of Chinese news text: captions, bylines, datelines and names."""
