"""Checks how well answers are grounded."""
