"""A scripted provider on loopback: every good and bad way to answer, in the words of six APIs.

    with Provider() as provider:
        client = OpenAI(base_url=provider.url("cached"), api_key="unused")

The scenario is part of the base URL, so that the application that calls it stays unmodified.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Literal, Self, cast

from spansight.demo import endpoints, wire
from spansight.demo.endpoints import SHAPES, Shape
from spansight.demo.framing import Framing
from spansight.demo.wire import Answer, Request, Usage

ANSWER: Final = "The quick brown fox jumps over the lazy dog."
NO_ANSWER: Final = 0
"""Status of a call that the client gave up on."""


Cut = Literal["broken", "clean", "stalled", "garbled"]
"""How a stream is cut: the connection breaks, the body ends early, nothing follows, no JSON."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """How the provider behaves behind one base URL."""

    status: HTTPStatus = HTTPStatus.OK
    cached_prefix: int = 0
    """Tokens in front of the prompt that were in the provider's cache; part of the input."""
    reasoning: int = 0
    """Hidden tokens on top of the answer's; part of the output."""
    first_token_s: float = 0.0
    reports_usage: bool = True
    calls_tool: bool = False
    cut_after: int | None = None
    """Chunks sent before the connection breaks; a plain answer breaks before its body."""
    cut: Cut = "broken"
    answers: bool = True
    tells_finish: bool = True
    """Whether a stream of chat says why it ends, or marks the end alone, as some servers do."""
    refuses_first: bool = False
    """Whether only the first attempt of a call gets the status, and a retry the answer."""
    declines: bool = False
    """Whether the model says that it does not want to, in the field that the API has for that."""
    schema: Literal["follows", "ignores", "rejects"] = "follows"
    """What a server makes of a schema that the answer shall follow; not all know such a thing."""


SCENARIOS: Final = {
    "ok": Scenario(),
    "cached": Scenario(cached_prefix=1024),
    "reasoning": Scenario(reasoning=64),
    "rate_limit": Scenario(status=HTTPStatus.TOO_MANY_REQUESTS),
    "server_error": Scenario(status=HTTPStatus.INTERNAL_SERVER_ERROR),
    "timeout": Scenario(answers=False),
    "slow_first_token": Scenario(first_token_s=0.8),
    "tool_call": Scenario(calls_tool=True),
    "no_usage": Scenario(reports_usage=False),
    "cut": Scenario(cut_after=3),
    "unfinished": Scenario(cut_after=3, cut="clean"),
    "no_finish": Scenario(tells_finish=False),
    "stalled": Scenario(cut_after=3, cut="stalled"),
    "garbled": Scenario(cut_after=3, cut="garbled"),
    "declined": Scenario(declines=True, schema="ignores"),
    "ignores_schema": Scenario(schema="ignores"),
    "rejects_schema": Scenario(schema="rejects"),
    "wrong_key": Scenario(status=HTTPStatus.UNAUTHORIZED),
    "retried": Scenario(status=HTTPStatus.TOO_MANY_REQUESTS, refuses_first=True),
}

_ERRORS: Final = {
    HTTPStatus.BAD_REQUEST: ("response_format: unknown", "invalid_request_error", None),
    HTTPStatus.UNAUTHORIZED: ("no such key", "invalid_request_error", "invalid_api_key"),
    HTTPStatus.TOO_MANY_REQUESTS: ("rate limit reached", "requests", "rate_limit_exceeded"),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("the server had an error", "server_error", None),
}


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt: an SDK that retries makes several.  Tokens are those that the answer told."""

    scenario: str
    model: str
    operation: wire.Operation
    stream: bool
    status: int
    """HTTP status; `NO_ANSWER` when there was none."""
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0


def canned(request: Request) -> str:  # noqa: ARG001 - the shape of a reply, whatever was asked
    """Return the same sentence to everyone."""
    return ANSWER


class Provider:
    """The server; a context manager that listens while it is entered."""

    def __init__(
        self,
        reply: Callable[[Request], str] = canned,
        *,
        port: int = 0,
        dated: bool = False,
        seconds_per_token: float = 0.0,
    ) -> None:
        """Answer with `reply`; `dated` names snapshots of models, such as gpt-4o-2024-08-06."""
        self.reply: Final = reply
        self.dated: Final = dated
        self.seconds_per_token: Final = seconds_per_token
        self.calls: Final[list[Call]] = []
        """Every attempt, in order of arrival; complete when the client has its answer."""
        self.stopping: Final = threading.Event()
        self._server: Final = _Server(("127.0.0.1", port), _Handler)
        self._server.provider = self
        self._thread: Final = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="provider", daemon=True
        )

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_address[1]

    @property
    def root(self) -> str:
        """The address that every base URL starts with."""
        return f"http://127.0.0.1:{self.port}"

    def url(self, scenario: str = "ok") -> str:
        """Return the base URL behind which the provider plays a scenario."""
        if scenario not in SCENARIOS:
            raise KeyError(f"scenario {scenario!r}: expected one of {', '.join(SCENARIOS)}")
        return f"{self.root}/{scenario}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, request: Request) -> Answer:
        """Decide what to say, and what to tell about usage."""
        scenario = SCENARIOS[request.scenario]
        call = wire.tool_call(request) if scenario.calls_tool and request.wants_tool else None
        text = "" if call or request.operation in wire.EMBEDDINGS else self.reply(request)
        if text and request.schema and scenario.schema == "follows":
            text = wire.structured(request.schema, text)
        said = call["function"]["arguments"] if call else text
        used = Usage(
            input=wire.words(request.prompt) + scenario.cached_prefix,
            output=wire.words(said) + (scenario.reasoning if said else 0),
            cached=scenario.cached_prefix,
            reasoning=scenario.reasoning if said else 0,
        )
        told = scenario.reports_usage and request.wants_usage
        model = wire.DATED.get(request.model, request.model) if self.dated else request.model
        number = request.stored or f"chatcmpl-{len(self.calls)}"
        return Answer(
            number,
            model,
            text,
            used if told else None,
            call,
            tells_finish=scenario.tells_finish,
            declines=scenario.declines,
        )

    def record(self, request: Request, status: int, usage: Usage | None = None) -> None:
        """Write one attempt down, before the client hears of it."""
        used = usage or Usage()
        self.calls.append(
            Call(
                request.scenario,
                request.model,
                request.operation,
                request.stream,
                status,
                used.input,
                used.output,
                used.cached,
                used.reasoning,
            )
        )


class _Server(ThreadingHTTPServer):
    provider: Provider

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay quiet: clients that hang up are part of the script."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - ours alone serves it

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._serve(cast("wire.Json", json.loads(self.rfile.read(length) or b"{}")))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name upstream
        """Stay quiet: the log of calls is `Provider.calls`."""

    def _serve(self, body: wire.Json) -> None:
        request = endpoints.asked(self.path, body)
        scenario = request and SCENARIOS.get(request.scenario)
        if request is None or scenario is None:
            self._send(HTTPStatus.NOT_FOUND, wire.error(f"no {self.path!r} here", "not_found"))
        elif request.operation == "models":
            self._send(HTTPStatus.OK, endpoints.models())
        elif not scenario.answers:
            self._stay_silent(request)
        elif self._refuses(scenario):
            self._refuse(request, scenario.status)
        elif scenario.schema == "rejects" and request.schema:
            self._refuse(request, HTTPStatus.BAD_REQUEST)
        else:
            self._answer(request)

    def _stay_silent(self, request: Request) -> None:
        self.server.provider.record(request, NO_ANSWER)
        self.server.provider.stopping.wait()
        self.close_connection = True

    def _refuses(self, scenario: Scenario) -> bool:
        again = self.headers.get("X-Stainless-Retry-Count", "0") != "0"
        return scenario.status in _ERRORS and not (scenario.refuses_first and again)

    def _refuse(self, request: Request, status: HTTPStatus) -> None:
        self.server.provider.record(request, status)
        error = wire.error(*_ERRORS[status])
        self._send(status, SHAPES[request.operation].refusal(error))

    def _answer(self, request: Request) -> None:
        provider, scenario = self.server.provider, SCENARIOS[request.scenario]
        answer, shape = provider.answer(request), SHAPES[request.operation]
        cut = scenario.cut_after is not None
        provider.record(request, HTTPStatus.OK, None if cut else answer.usage)
        self._pause(scenario.first_token_s)
        if request.stream and shape.stream:
            self._stream(shape.stream(request, answer), scenario, shape)
            return
        self._pause(provider.seconds_per_token * wire.words(answer.text))
        if cut:
            self._cut_whole(scenario.cut)
        else:
            self._send(HTTPStatus.OK, shape.whole(request, answer), shape.headers(answer))

    def _stream(self, chunks: Iterator[wire.Json], scenario: Scenario, shape: Shape) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", shape.framing.content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for position, chunk in enumerate(chunks):
            if position == scenario.cut_after:
                self._cut_stream(scenario.cut, shape.framing)
                return
            self._part(shape.framing.frame(chunk))
            self._pause(self.server.provider.seconds_per_token)
        if shape.end:
            self._part(shape.end)
        self._end_stream()

    def _cut_stream(self, cut: Cut, framing: Framing) -> None:
        if cut == "garbled":
            self._part(framing.garbled)
        elif cut == "stalled":
            self.server.provider.stopping.wait()
        if cut in ("clean", "garbled"):
            self._end_stream()
        else:
            self.close_connection = True

    def _cut_whole(self, cut: Cut) -> None:
        if cut == "garbled":
            self._send_text(HTTPStatus.OK, '{"id": ', {})
            return
        if cut == "stalled":
            self.server.provider.stopping.wait()
        self.close_connection = True

    def _end_stream(self) -> None:
        self._part(b"")

    def _part(self, payload: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(payload), payload))
        self.wfile.flush()

    def _pause(self, seconds: float) -> None:
        if seconds:
            self.server.provider.stopping.wait(seconds)

    def _send(
        self, status: HTTPStatus, body: dict[str, Any], told: Mapping[str, str] | None = None
    ) -> None:
        self._send_text(status, json.dumps(body, ensure_ascii=False), told or {})

    def _send_text(self, status: HTTPStatus, text: str, told: Mapping[str, str]) -> None:
        payload = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        for name, value in told.items():
            self.send_header(name, value)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            # Milliseconds are OpenAI's own header; clients that know it do not wait a whole second.
            self.send_header("Retry-After", "1")
            self.send_header("Retry-After-Ms", "20")
        self.end_headers()
        self.wfile.write(payload)
