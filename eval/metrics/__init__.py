"""Metrics: one concept a module, over plain values, with its formula and where that comes from."""
