"""The command `dateline`. What is heavy is imported where it is used, so that `--help` answers at once."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import DatelineError, QuestionError

if TYPE_CHECKING:
    from index.settings import Settings
    from rag import AnswerEngine

Corpus = Annotated[Path | None, typer.Option(help="Folder of articles.  [default: corpus]", show_default=False)]
Index = Annotated[
    Path | None, typer.Option(help="Folder of the index.  [default: .dateline/ beside the corpus]", show_default=False)
]
AsOf = Annotated[str | None, typer.Option(metavar="DAY", help="Answer as on that day, such as 2024-10-26.")]
Since = Annotated[str | None, typer.Option(metavar="DAY", help="Only articles published on that day or later.")]
Outlet = Annotated[str | None, typer.Option(help="Only articles of that outlet.")]
Llm = Annotated[
    str | None,
    typer.Option(
        metavar="SPEC",
        help="Who words the answer: quote, llamacpp:FILE.gguf, llamacpp:hf:ORG/REPO, openai:MODEL or ollama:MODEL.  "
        "[default: quote]",
        show_default=False,
    ),
]
LlmUrl = Annotated[
    str | None,
    typer.Option(metavar="URL", help="OpenAI-compatible API for openai: and ollama:. Questions and passages go there."),
]
Reader = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Who says which sentences answer: built-in, quick, off, or a CrossEncoder.  [default: built-in]",
        show_default=False,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Keep the answer with its sources: FILE.md, FILE.json or FILE.pdf."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NoSync = Annotated[bool, typer.Option("--no-sync", help="Do not look for new or changed articles first.")]
Csv = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the rows for a spreadsheet; - prints them instead.")
]
MarkdownFile = Annotated[
    Path | None, typer.Option("--markdown", metavar="FILE", help="Write it as Markdown; - prints that instead.")
]
Plot = Annotated[Path | None, typer.Option(metavar="FILE", help="Draw the figures by day, as FILE.svg or FILE.png.")]
Host = Annotated[str | None, typer.Option(help="Address to bind to.  [default: 127.0.0.1]", show_default=False)]
Port = Annotated[int | None, typer.Option(help="Port to bind to.  [default: 7860]", show_default=False)]
Auth = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Users of the page, a user:password on each line; or set DATELINE_AUTH."),
]

_SUITES = (
    "corpus, verifier, claims, realtimeqa, multihop-rag, squad2, bipia or beir; or a file of cases of your own.  "
    "[default: corpus, verifier and claims]"
)

app = typer.Typer(
    name="dateline",
    help="Answers from an archive of news articles: every sentence a dated, attributed quote.",
    epilog="Any command takes --debug: an error then shows where it came from.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # It would take "[default: corpus]" for markup.
)


@app.command()
def index(
    corpus: Corpus = None,
    index: Index = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make the index anew, with the settings of now.")] = False,
) -> None:
    """Bring the index up to date with the folder of articles."""
    from index.embedding import PassageEmbedding
    from index.syncing import sync
    from ui import render

    settings = _settings(corpus, index)
    with render.progress() as tell:
        embedding = PassageEmbedding.named(settings.embedding)
        report = sync(
            settings.corpus, settings.index_dir, embedding, settings.passage_tokens, rebuild=rebuild, progress=tell
        )
    render.report(report)
    if report.problems:
        raise typer.Exit(1)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="In words, in quotation marks.")],
    corpus: Corpus = None,
    index: Index = None,
    as_of: AsOf = None,
    since: Since = None,
    outlet: Outlet = None,
    llm: Llm = None,
    llm_url: LlmUrl = None,
    reader: Reader = None,
    table: Annotated[bool, typer.Option("--table", help="Print a table of who says what under the answer.")] = False,
    csv: Csv = None,
    markdown: MarkdownFile = None,
    plot: Plot = None,
    json: Json = False,
    out: Out = None,
    no_sync: NoSync = False,
) -> None:
    """Answer one question with quotes, or say that the archive does not."""
    from rag.question import read_question
    from ui import exporting, exports, render
    from ui.document import Exchange, IndexState

    read_question(question)
    if out is not None:
        exporting.form_of(out)
    files = exports.Files(csv, markdown, plot)
    with _engine(_settings(corpus, index, llm=llm, llm_url=llm_url, reader=reader), sync=not no_sync) as engine:
        answer = engine.ask(question, as_of=as_of, since=since, outlet=outlet)
        if json:
            render.raw(answer.to_json())
        elif not files.printed:
            render.answer(answer, table=table)
        render.notes(files.write(exports.of_answer(answer)))
        if out is not None:
            exporting.write(out, [Exchange(answer, since, outlet)], IndexState.of(engine.archive))


@app.command()
def claims(
    by: Annotated[str, typer.Option(metavar="NAME", help="Whose: a name or an office, in quotation marks.")],
    corpus: Corpus = None,
    index: Index = None,
    as_of: AsOf = None,
    since: Since = None,
    outlet: Outlet = None,
    csv: Csv = None,
    markdown: MarkdownFile = None,
    json: Json = False,
    no_sync: NoSync = False,
) -> None:
    """List what somebody says in the whole archive, by day."""
    from ui import exports, render

    files = exports.Files(csv, markdown)
    with _engine(_settings(corpus, index), sync=not no_sync) as engine, render.progress() as tell:
        said = engine.claims(by, progress=tell, as_of=as_of, since=since, outlet=outlet)
    if json:
        render.raw(said.model_dump_json(indent=2))
    elif not files.printed:
        render.claims(said)
    render.notes(files.write(exports.of_claims(said)))


@app.command()
def timeline(
    subject: Annotated[str, typer.Argument(help='What is counted, in quotation marks: "North Korean troops".')],
    corpus: Corpus = None,
    index: Index = None,
    as_of: AsOf = None,
    since: Since = None,
    outlet: Outlet = None,
    csv: Csv = None,
    markdown: MarkdownFile = None,
    plot: Plot = None,
    json: Json = False,
    no_sync: NoSync = False,
) -> None:
    """List the figures of one thing in the whole archive, by day."""
    from ui import exports, render

    files = exports.Files(csv, markdown, plot)
    with _engine(_settings(corpus, index), sync=not no_sync) as engine, render.progress() as tell:
        figures = engine.timeline(subject, progress=tell, as_of=as_of, since=since, outlet=outlet)
    if json:
        render.raw(figures.model_dump_json(indent=2))
    elif not files.printed:
        render.timeline(figures)
    render.notes(files.write(exports.of_timeline(figures)))


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="Words to look for.")],
    corpus: Corpus = None,
    index: Index = None,
    k: Annotated[int, typer.Option("-k", help="How many passages.")] = 10,
    as_of: AsOf = None,
    since: Since = None,
    outlet: Outlet = None,
    llm: Annotated[str | None, typer.Option(hidden=True)] = None,
    json: Json = False,
    no_sync: NoSync = False,
) -> None:
    """Find passages, with no answer made of them."""
    from rag.question import read_question
    from ui import render

    read_question(query)
    with _engine(_settings(corpus, index, llm=llm), sync=not no_sync) as engine:
        hits = engine.search(query, k, as_of=as_of, since=since, outlet=outlet)
        render.json_lines(hits) if json else render.hits(hits)


@app.command()
def chat(
    corpus: Corpus = None,
    index: Index = None,
    llm: Llm = None,
    llm_url: LlmUrl = None,
    reader: Reader = None,
    host: Host = None,
    port: Port = None,
    auth: Auth = None,
) -> None:
    """Open the chat page in the browser."""
    _serve(
        _settings(corpus, index, llm=llm, llm_url=llm_url, reader=reader, host=host, port=port, auth=auth),
        open_browser=True,
    )


@app.command()
def serve(
    corpus: Corpus = None,
    index: Index = None,
    llm: Llm = None,
    llm_url: LlmUrl = None,
    reader: Reader = None,
    host: Host = None,
    port: Port = None,
    auth: Auth = None,
) -> None:
    """Serve the chat page, without opening a browser."""
    _serve(
        _settings(corpus, index, llm=llm, llm_url=llm_url, reader=reader, host=host, port=port, auth=auth),
        open_browser=False,
    )


@app.command("eval")
def evaluate(
    suite: Annotated[
        str | None,
        typer.Argument(help=_SUITES, show_default=False),
    ] = None,
    corpus: Corpus = None,
    index: Index = None,
    data: Annotated[Path | None, typer.Option(metavar="PATH", help="Where the public test set of a suite is.")] = None,
    llm: Llm = None,
    llm_url: LlmUrl = None,
    reader: Reader = None,
    gate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Thresholds (TOML); exit status 1 where one is missed.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="RUN.json", help="An earlier run; shows what got better and what worse.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the reports go.")] = Path("eval-report"),
) -> None:
    """Ask questions whose answers are known, and score what comes."""
    from eval.command import evaluate
    from ui import render

    settings = _settings(corpus, index, llm=llm, llm_url=llm_url, reader=reader)
    try:
        with render.progress() as tell:
            outcome = evaluate(suite, settings, data=data, gate=gate, baseline=baseline, out=out, tell=tell)
    except KeyboardInterrupt:
        print(
            f"dateline: stopped. What is done is kept in {out}; the same command goes on from there.", file=sys.stderr
        )
        raise
    render.outcome(outcome)
    if outcome.breaches:
        raise typer.Exit(1)


@app.command()
def doctor(corpus: Corpus = None, index: Index = None, llm: Llm = None, llm_url: LlmUrl = None) -> None:
    """Say what is installed, which models and from where, and whether the index matches the corpus."""
    from ui import render
    from ui.doctor import examine

    findings = examine(_settings(corpus, index, llm=llm, llm_url=llm_url))
    render.findings(findings)
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)


def main() -> None:
    """Runs the command line. Exit status: 0 done, 1 an error, 2 wrong usage."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # A terminal that cannot show a letter shows a question mark.
    try:
        app(arguments)
    except DatelineError as error:
        if debug:
            raise
        print(f"dateline: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, QuestionError) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # The reader of our output has gone; there is nobody to tell.
        sys.exit(1)


def _settings(corpus: Path | None, index: Path | None, **given: str | int | None) -> Settings:
    from index.settings import load_settings

    return load_settings(corpus=corpus, index=index, **given)


def _engine(settings: Settings, *, sync: bool) -> AnswerEngine:
    from rag import AnswerEngine
    from ui import render

    with render.progress() as tell:
        engine = AnswerEngine.open(settings=settings, sync=sync, progress=tell)
    if engine.report is not None:
        render.problems(engine.report)
    return engine


def _serve(settings: Settings, *, open_browser: bool) -> None:
    from ui.access import Access
    from ui.ports import check_port
    from ui.ready import announce

    check_port(settings.host, settings.port)
    Access.of(settings)
    from ui.serving import serve

    with _engine(settings, sync=True) as engine:
        engine.warm_up()
        serve(
            engine,
            settings.host,
            settings.port,
            settings=settings,
            ready=lambda url: announce(url, open_browser=open_browser),
        )


if __name__ == "__main__":
    main()
