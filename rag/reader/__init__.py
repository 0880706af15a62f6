"""The reader: which sentence answers a question, does any, and does a sentence support a statement."""

from rag.reader.encoding import TextPair, context_of
from rag.reader.judge import Judge, Judges, judges, support_judge

__all__ = ["Judge", "Judges", "TextPair", "context_of", "judges", "support_judge"]
