"""From a question to an answer of verified, cited statements.

from rag import AnswerEngine, verify

engine = AnswerEngine.open("corpus")
answer = engine.ask("How did the State Duma vote?")
"""

from rag.answer import Answer, Citation, Event, Hit, Statement, Verdict
from rag.conversation import Chat
from rag.engine import AnswerEngine
from rag.question import Filters
from rag.table import Said, SaidBy, who_says_what
from rag.timeline import Timeline
from rag.verification import verify

__all__ = [
    "Answer",
    "AnswerEngine",
    "Chat",
    "Citation",
    "Event",
    "Filters",
    "Hit",
    "Said",
    "SaidBy",
    "Statement",
    "Timeline",
    "Verdict",
    "verify",
    "who_says_what",
]
