"""Timings of what the book promises to be fast: figures to read, not tests to pass."""
