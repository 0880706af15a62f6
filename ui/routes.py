"""What the page does besides asking: exports, remarks, adding articles and taking them away."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from queue import SimpleQueue
from threading import Thread
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse, Response, StreamingResponse

from index.errors import DatelineError, RequestError
from rag import AnswerEngine, wording
from ui.access import USER, address_of, is_local
from ui.document import IndexState
from ui.exporting import export
from ui.feedback import Feedback
from ui.keeping import SentConversation, SentRemark
from ui.library import LARGEST, Library
from ui.limits import Limit
from ui.sealing import Seal

log = logging.getLogger(__name__)

_LARGEST_CONVERSATION = 20_000_000  # Bytes of what is sent to be exported.
_MOST, _SECONDS, _AT_ONCE = 120, 60.0, 8
_WRONG = "Something went wrong. Try again; the server's log says more."
HERE = "here"
"""The visitors at this machine itself."""

_OFF = "Articles cannot be added or taken away here; whoever runs this page has turned it off."


def add_routes(
    app: FastAPI, engine: AnswerEngine, seal: Seal, *, library: Library | None, feedback: Feedback | None
) -> None:
    """Adds the routes to the page.

    Args:
        app: The page.
        engine: Whose archive it is.
        seal: By which answers of this server are known again.
        library: Adds articles and takes them away; None where visitors may not.
        feedback: Keeps remarks; None where there is no place to keep them.
    """
    limit = Limit(_MOST, _SECONDS, _AT_ONCE)

    def limited(request: Request) -> Iterator[None]:
        visitor = visitor_of(request)
        with nullcontext() if visitor == HERE else limit.admitted(visitor):
            yield

    router = APIRouter(dependencies=[Depends(limited)])

    @router.get("/state")
    def state() -> dict[str, object]:
        """What the archive holds, and what a visitor may do with it."""
        now = IndexState.of(engine.archive)
        return {
            "words": now.words,
            "indexed": now.indexed and now.indexed.isoformat(timespec="seconds"),
            "changes": library is not None,
            "remarks": feedback is not None,
            "largest": LARGEST,
        }

    @router.post("/export", max_body_size=_LARGEST_CONVERSATION)
    def exported(sent: SentConversation) -> Response:
        """A file of an answer, or of a conversation."""
        made = export([turn.exchange(seal) for turn in sent.turns], IndexState.of(engine.archive), sent.form)
        headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "no-store"}
        return Response(made.data, media_type=made.media_type, headers=headers)

    @router.post("/remark", status_code=201)
    def remarked(sent: SentRemark) -> dict[str, str]:
        """Keeps what a visitor thinks of an answer."""
        if feedback is None:
            raise RequestError("This archive is held in memory alone, so there is no place to keep remarks.")
        case = feedback.keep(sent.turn.exchange(seal), good=sent.good, note=sent.note, before=sent.before)
        return {"id": case.id}

    @router.post("/articles", status_code=201, max_body_size=LARGEST + 1)
    async def added(name: Annotated[str, Query(max_length=1_000)], request: Request) -> dict[str, str]:
        """Adds an article; the body is the file."""
        return {"article": _changeable(library).add(name, await request.body())}

    @router.delete("/articles")
    def removed(article: Annotated[str, Query(max_length=4_000)]) -> dict[str, str]:
        """Takes an article away."""
        _changeable(library).remove(article)
        return {"article": article}

    @router.post("/sync")
    def synced() -> StreamingResponse:
        """Brings the index up to date, telling how far it is, a line of JSON each; the last one says what was done."""
        changeable = _changeable(library)
        return StreamingResponse(_lines(lambda tell: _sync(changeable, tell)), media_type="application/x-ndjson")

    app.include_router(router)
    app.add_exception_handler(DatelineError, _told)
    app.add_exception_handler(RequestValidationError, _misunderstood)


def visitor_of(request: Request) -> str:
    """Whom a request counts for: the user, else the address."""
    user = request.scope.get(USER)
    if user is not None:
        return f"user {user}"
    address = address_of(request.scope)
    return HERE if is_local(address) else address


def _changeable(library: Library | None) -> Library:
    if library is None:
        raise RequestError(_OFF)
    return library


def _sync(library: Library, tell: Callable[[dict[str, object]], None]) -> None:
    try:
        report = library.sync(lambda stage, done, total: tell({"stage": stage, "done": done, "total": total}))
        tell(
            {
                "done": True,
                "words": f"{wording.count(report.articles, 'article')} in {wording.count(report.passages, 'passage')}",
                "problems": [f"{problem.path}: {problem.reason}" for problem in report.problems],
            }
        )
    except DatelineError as error:
        tell({"error": str(error)})
    except Exception:
        log.exception("The index could not be brought up to date")
        tell({"error": _WRONG})


def _lines(work: Callable[[Callable[[dict[str, object]], None]], None]) -> Iterator[str]:
    """Lines of JSON as they are told by work that goes on in a thread of its own, also when nobody listens any more."""
    told: SimpleQueue[dict[str, object] | None] = SimpleQueue()

    def run() -> None:
        try:
            work(told.put)
        finally:
            told.put(None)

    Thread(target=run, name="sync", daemon=True).start()
    while (line := told.get()) is not None:
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _told(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 400)


def _misunderstood(_: Request, __: Exception) -> Response:
    return JSONResponse({"error": "The page sent what could not be understood. Reload it and try again."}, 422)
