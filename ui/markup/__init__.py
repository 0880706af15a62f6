"""From what the engine says to HTML. All text comes from articles, questions and models, so all of it is escaped."""

from ui.markup.archive import archive_list
from ui.markup.articles import article_in_full
from ui.markup.turns import turn_html
from ui.markup.words import escaped

__all__ = ["archive_list", "article_in_full", "escaped", "turn_html"]
