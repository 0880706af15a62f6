"""Many visitors at once: all are answered, and none sees anything of another's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from gradio_client import Client

from eval.load import Turn, ask
from ui.markup.words import escaped

FOLLOW_UP = "What did he say about the North Koreans?"
VISITORS = {
    "Kim Yong-hyun": "Who is Kim Yong-hyun?",
    "Peskov": "What did Dmitry Peskov say?",
    "Kirby": "What did John Kirby say?",
    "Zelensky": "What did Volodymyr Zelensky say?",
    "Putin": "What did Vladimir Putin say?",
}


def conversation(url: str, questions: list[str]) -> list[Turn]:
    client = Client(url, verbose=False)
    try:
        return [ask(client, question, number) for number, question in enumerate(questions, 1)]
    finally:
        client.close()


def test_five_visitors_at_once_are_answered_each_from_a_conversation_of_their_own(url: str) -> None:
    asked = [[question, FOLLOW_UP, f"And where is {name}?"] for name, question in VISITORS.items()]
    with ThreadPoolExecutor(len(asked)) as executor:
        rows = list(executor.map(lambda questions: conversation(url, questions), asked))
    for (name, first), turns in zip(VISITORS.items(), rows, strict=True):
        for turn, question in zip(turns, (first, FOLLOW_UP, f"And where is {name}?"), strict=True):
            assert f">{escaped(question)}</h2>" in turn.html
            assert 'class="turn working' not in turn.html
            assert 'class="problem"' not in turn.html
        follow_up = turns[1].html
        understood = follow_up.partition('class="understood"')[2].partition("</p>")[0]
        assert name in understood
        assert not [other for other in VISITORS if other != name and other in understood]
        for turn in turns:
            assert not [question for other, question in VISITORS.items() if other != name and question in turn.html]


def test_a_visitor_who_asks_too_much_is_told_when_to_go_on(url: str) -> None:
    turns = conversation(url, [""] * 62)
    refused = [turn for turn in turns if "That was a lot at once: 60 in 60 seconds. Try again in" in turn.html]
    assert 0 < len(refused) <= 2
    assert all('class="problem"' in turn.html for turn in turns)
