"""Language models: which one is named, and a conversation with it that always ends."""

from rag.llms.chat import ChatModel, LanguageModel
from rag.llms.naming import QUOTE, destination, language_model

__all__ = ["QUOTE", "ChatModel", "LanguageModel", "destination", "language_model"]
