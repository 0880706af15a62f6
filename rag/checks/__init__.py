"""What a statement is checked for against the sentences it rests on, one concept a module."""
