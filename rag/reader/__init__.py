"""The reader: which sentence answers a question, does any, and does a sentence support a statement."""

from rag.reader.encoding import TextPair, context_of
from rag.reader.judge import Judge, Judges, judges

__all__ = ["Judge", "Judges", "TextPair", "context_of", "judges"]
