"""False statements made by rule out of the sentences of articles, one kind of change a function."""
