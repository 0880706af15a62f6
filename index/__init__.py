"""The archive: articles, passages and the indexes over them. Imports nothing of the other packages."""
