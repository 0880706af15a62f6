"""Which pairs are learnt at which step."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from training.data import Asked
from training.pairs import Bundle, Material

_BUNDLES = 5
"""In a step; a bundle has about six pairs. The last one of a step is about support, where that is learnt."""

_UNANSWERABLE = 3
"""How often an unanswerable question comes where an answerable one comes once: they are few and the hardest."""


class Course:
    """An endless row of steps, each found by its number alone, so that a training that was stopped goes on with it."""

    def __init__(self, material: Material, asked: Sequence[Asked], seed: int, supports: bool = True) -> None:
        """Takes what makes the pairs, the questions to make them of, and whether statements are learnt too."""
        self._material = material
        self._answers = [each for each in asked for _ in range(1 if each.answerable else _UNANSWERABLE)]
        self._supports = list(asked) if supports else []
        self._seed = seed
        self._orders: dict[tuple[str, int], list[int]] = {}

    def step(self, number: int) -> list[Bundle]:
        """The bundles of a step, counted from 0; none is empty."""
        first = number * (_BUNDLES - 1)
        made = [
            self._material.answer_bundle(self._drawn(self._answers, "answer", at), self._rng("answer", at))
            for at in range(first, first + _BUNDLES - 1)
        ]
        if self._supports:
            drawn = self._drawn(self._supports, "support", number)
            made.append(self._material.support_bundle(drawn, self._rng("support", number)))
        return [bundle for bundle in made if bundle]

    def _drawn(self, among: Sequence[Asked], name: str, at: int) -> Asked:
        """The one at a place of the row in which all come once, shuffled, before any comes again."""
        turn, place = divmod(at, len(among))
        if (name, turn) not in self._orders:
            self._orders[name, turn] = self._rng(f"order of {name}", turn).sample(range(len(among)), len(among))
        return among[self._orders[name, turn][place]]

    def _rng(self, name: str, number: int) -> Random:
        return Random(f"{self._seed}/{name}/{number}")
