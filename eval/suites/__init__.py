"""Suites: each asks or tries many things of one kind and measures what comes of it."""
