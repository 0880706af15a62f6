from __future__ import annotations

import index.errors
import rag


def test_rag_exports_its_public_names_in_order() -> None:
    assert rag.__all__ == sorted(rag.__all__)
    assert all(hasattr(rag, name) for name in rag.__all__)
    assert {"AnswerEngine", "verify", "Answer"} <= set(rag.__all__)


def test_errors_are_one_family_drawn_in_one_docstring() -> None:
    family = {name: kind for name, kind in vars(index.errors).items() if isinstance(kind, type)}
    assert all(issubclass(kind, index.errors.DatelineError) for kind in family.values())
    assert all(name in str(index.errors.__doc__) for name in family)
