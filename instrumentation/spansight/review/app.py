"""The page: HTML from the server, forms, and a script that only presses keys' buttons."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote

import anyio
import anyio.to_thread
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from spansight.errors import ConfigError
from spansight.review.agreement import agreements
from spansight.review.desk import Desk, Opinion, Place
from spansight.review.journal import LOWEST
from spansight.review.links import trace_page
from spansight.review.queues import is_doubtful
from spansight.review.telling import PATIENCE_S

_REVIEWER: Final = "spansight-reviewer"
_LONGEST_NAME: Final = 60
_LONGEST_FORM: Final = 400_000
"""Bytes; a comment in Korean takes nine a syllable."""
_SCORES: Final = dict(enumerate(("useless", "poor", "usable", "good", "excellent"), start=LOWEST))
_TELL_EVERY_S: Final = PATIENCE_S / 4

Form = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Pages:
    """The handlers of the requests, all about one desk."""

    desk: Desk
    grafana: str | None
    templates: Environment

    def app(self) -> Starlette:
        """Return the application."""
        case = "/{queue}/{number:int}"
        return Starlette(
            routes=[
                Route("/", self.front),
                Route("/name", self.who),
                Route("/name", self.name, methods=["POST"]),
                Route("/undo", self.undo, methods=["POST"]),
                Route(case, self.case),
                Route(case, self.judge, methods=["POST"]),
                Mount("/static", StaticFiles(directory=Path(__file__).with_name("static"))),
            ],
            lifespan=self._telling,
        )

    async def front(self, request: Request) -> Response:
        """Show the queues, and who agrees with whom."""
        desk, reviewer = self.desk, _reviewer(request)
        if not reviewer:
            return await self.who(request)
        return self._page(
            "front.html",
            reviewer=reviewer,
            queues=[
                {
                    "queue": queue,
                    "done": desk.done(queue, reviewer),
                    "next": desk.next_open(queue, reviewer),
                }
                for queue in desk.queues.values()
            ],
            agreements=agreements(desk.journal.judgements()),
            file=str(desk.journal.path),
            last=desk.last(reviewer),
        )

    async def who(self, request: Request) -> Response:
        """Ask for a name, for the first time or because somebody else sits down."""
        return self._page("name.html", reviewer=_reviewer(request))

    async def name(self, request: Request) -> Response:
        """Remember who sits before this browser."""
        form = await _form(request)
        name = " ".join(_text(form, "name").split())[:_LONGEST_NAME]
        answer = _to("/")
        # Cookies are bytes of Latin script; names need not be.
        answer.set_cookie(_REVIEWER, quote(name), httponly=True, samesite="strict")
        return answer

    async def case(self, request: Request) -> Response:
        """Show a case."""
        return self._case(request, _place(request))

    async def judge(self, request: Request) -> Response:
        """Take a judgement, or leave the case to others; then show the next case."""
        place, reviewer = _place(request), _reviewer(request)
        form = await _form(request)
        if not reviewer:
            return _to("/")
        try:
            if _text(form, "action") == "skip":
                self.desk.skip(place, reviewer)
            else:
                self.desk.judge(place, reviewer, _opinion(form))
        except ConfigError as problem:
            return self._case(request, place, problem=str(problem))
        self._tell(keep=reviewer)
        queue = self.desk.queues[place.queue]
        following = self.desk.next_open(queue, reviewer, after=place.number)
        return _to(_path(following) if following else "/")

    async def undo(self, request: Request) -> Response:
        """Take the last judgement back, and show its case again."""
        place = self.desk.undo(_reviewer(request))
        return _to(_path(place) if place else "/")

    def _case(self, request: Request, place: Place, problem: str = "") -> Response:
        desk, reviewer = self.desk, _reviewer(request)
        item = desk.item(place)
        if item is None or not reviewer:
            return _to("/")
        queue = desk.queues[place.queue]
        trace = item.case.trace_id
        return self._page(
            "case.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
            reviewer=reviewer,
            queue=queue,
            queues=desk.queues.values(),
            number=place.number,
            item=item,
            is_doubtful=is_doubtful,
            done=desk.done(queue, reviewer),
            own=desk.own(item, reviewer),
            hides=desk.hides(item, reviewer),
            others=desk.others(item, reviewer),
            labels=desk.labels,
            scores=_SCORES,
            problem=problem,
            last=desk.last(reviewer),
            trace_page=trace_page(self.grafana, trace) if self.grafana and trace else "",
        )

    def _page(
        self, name: str, *, status: HTTPStatus = HTTPStatus.OK, **values: object
    ) -> HTMLResponse:
        return HTMLResponse(self.templates.get_template(name).render(**values), status)

    def _tell(self, keep: str) -> None:
        last = self.desk.last(keep)
        self.desk.teller.tell(keep=frozenset({last.id} if last else ()))

    @asynccontextmanager
    async def _telling(self, _: Starlette) -> AsyncGenerator[None]:
        """Tell what nobody takes back any more, now and then, and all of it in the end."""
        teller = self.desk.teller

        async def now_and_then() -> None:
            while True:
                await anyio.to_thread.run_sync(teller.tell_orphans)
                await anyio.sleep(_TELL_EVERY_S)
                await anyio.to_thread.run_sync(lambda: teller.tell(older_than_s=PATIENCE_S))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(now_and_then)
            try:
                yield
            finally:
                tasks.cancel_scope.cancel()
        teller.tell()


def pages(desk: Desk, grafana: str | None = None) -> Starlette:
    """Return the application about a desk; with Grafana, a case leads to its trace."""
    templates = Environment(
        loader=PackageLoader("spansight.review", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return Pages(desk, grafana, templates).app()


async def _form(request: Request) -> Form:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            break
    return parse_qs(body[:_LONGEST_FORM].decode("utf-8", "replace"))


def _opinion(form: Form) -> Opinion:
    score = _text(form, "score")
    return Opinion(
        score=int(score) if score.isascii() and score.isdecimal() else None,
        labels=tuple(form.get("label", ())),
        comment=_text(form, "comment").replace("\r\n", "\n").strip(),
    )


def _text(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "")


def _reviewer(request: Request) -> str:
    return unquote(request.cookies.get(_REVIEWER, ""))[:_LONGEST_NAME].strip()


def _place(request: Request) -> Place:
    values: dict[str, Any] = request.path_params
    return Place(values["queue"], values["number"])


def _path(place: Place) -> str:
    return f"/{place.queue}/{place.number}"


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
