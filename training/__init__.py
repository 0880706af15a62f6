"""Trains the reader that Dateline is shipped with; nothing of the running program imports this."""
