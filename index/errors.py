"""Every error that Dateline raises on purpose.

    DatelineError
    ├── CorpusError        the folder of articles: missing, empty, nothing readable in it
    ├── IndexMismatch      the index: absent, or made by another model, schema or cut
    ├── IndexLocked        another process is writing the index
    ├── ModelUnavailable   a model: not installed, not found, weights that fail their check
    ├── LLMError           a language model that did not answer
    ├── QuestionError      the question: empty, too long, a filter that cannot be read
    ├── RequestError       what a visitor of the page asks for besides an answer: a file, a note, too much at a time
    ├── SettingsError      a setting with a value that cannot be used
    └── EvalError          what an eval reads: cases, a test set, a gate, an earlier run

Each message says what was wrong, with the value met, and what to do.
"""


class DatelineError(Exception):
    """What Dateline raises; its message is one line meant for the person who asked."""


class CorpusError(DatelineError):
    """The corpus folder cannot be used."""


class IndexMismatch(DatelineError):
    """The index is absent, or was made with other settings than those asked for."""


class IndexLocked(DatelineError):
    """Another process is writing the index."""


class ModelUnavailable(DatelineError):
    """A model is not installed, not found, or its weights fail their check."""


class LLMError(DatelineError):
    """A language model did not answer."""


class QuestionError(DatelineError):
    """The question, or a filter that came with it, cannot be answered as it stands."""


class RequestError(DatelineError):
    """What a visitor of the page asks for cannot be done: a file is no article, a note too long, a limit reached."""


class SettingsError(DatelineError):
    """A setting holds a value that cannot be used."""


class EvalError(DatelineError):
    """Cases, a test set, a gate or an earlier run cannot be used."""
