"""Opens an archive over the articles of a test set; its files and its index are kept between runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.suite import Context
from rag import AnswerEngine
from rag.answer import Hit


@dataclass(frozen=True)
class SetArticle:
    """An article of a test set.

    Attributes:
        id: As the set has it.
        text: Kept as it is, but for what `index.reading` takes for a head or a tail: measured on 4,526 news articles,
            39 lose a byline or links below, 0.01 % of all characters.
        title: Empty where there is none; so are `outlet` and `date`.
        date: The day of publication (ISO).
    """

    id: str
    text: str
    title: str = ""
    outlet: str = ""
    date: str = ""


@dataclass(frozen=True)
class SetArchive:
    """An open archive over the articles of a test set.

    Attributes:
        engine: Searches and answers from it.
        article_ids: The archive's id of each article, by the set's. One that Dateline cannot read has an id all the
            same, and is never found.
        set_ids: The other way about.
    """

    engine: AnswerEngine
    article_ids: Mapping[str, str]
    set_ids: Mapping[str, str]

    def ranked(self, hits: Sequence[Hit]) -> list[str]:
        """The set's ids of the articles that hits are from, each where its first hit is."""
        return list(dict.fromkeys(self.set_ids[hit.article_id] for hit in hits))


def open_archive(context: Context, articles: Sequence[SetArticle]) -> SetArchive:
    """Writes articles as files, where they are not there yet, and opens the archive of them.

    Args:
        context: Whose work folder gets `articles` and `index`, and whose stack closes the archive.
        articles: In an order that stays: a file is named for its place.

    Raises:
        DatelineError: The index cannot be made; see `AnswerEngine.open`.
    """
    names = {article.id: f"{number:06d}.txt" for number, article in enumerate(articles)}
    folder = context.work / "articles"
    folder.mkdir(parents=True, exist_ok=True)
    for done, article in enumerate(articles, 1):
        _write(folder / names[article.id], _file_text(article))
        context.tell("Writing articles", done, len(articles))
    for beyond in sorted({file.name for file in folder.glob("*.txt")} - set(names.values())):
        (folder / beyond).unlink()
    settings = context.settings.model_copy(update={"corpus": folder, "index": context.work / "index"})
    engine = context.stack.enter_context(AnswerEngine.open(settings=settings, progress=context.tell))
    engine.warm_up()
    return SetArchive(engine, names, {name: set_id for set_id, name in names.items()})


def _write(file: Path, text: str) -> None:
    data = text.encode()
    if not file.exists() or file.read_bytes() != data:
        file.write_bytes(data)


def _file_text(article: SetArticle) -> str:
    return "\n".join(_head(article)) + "\n\n" + article.text.strip() + "\n"


def _head(article: SetArticle) -> Iterator[str]:
    """The header lines of what is known."""
    fields = {"title": " ".join(article.title.split()), "outlet": article.outlet, "date": article.date}
    return (f"{name}: {value}" for name, value in fields.items() if value)
