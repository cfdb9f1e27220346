"""A process that sends calls without content at a rate, and prints one line for each request.

    python benches/paced_sender.py URL SPANS_A_SECOND SECONDS CONNECTIONS

Requests are encoded once; each gets its own ids and times written into its bytes, so that sending
costs next to nothing beside what receives.  As an SDK does, it sends again what was not taken.
A line is: number of the request, when its spans ended, when it was taken, how often it was sent.
"""

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final

import requests
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext
from telemetry_load import slim_call

from spansight.conventions import attributes

SPANS_A_REQUEST: Final = 200
SPANS_A_TRACE: Final = 5
TRACES_A_REQUEST: Final = SPANS_A_REQUEST // SPANS_A_TRACE
# One of ours would be searched for secrets in every span; this is what an application sends.
BLOCK: Final = attributes.CONVERSATION_ID
BLOCKS: Final = 100
"""How many parts of a run are counted on their own."""

_DURATION_NS: Final = 2_000_000_000
_AGAIN_AFTER_S: Final = 0.5
_PATIENCE_S: Final = 120.0
_PROTOBUF: Final = {"content-type": "application/x-protobuf"}
# Bytes that nothing else in a request looks like.
_TRACE: Final = 0x5AC1_D07E_0000_0000_5AC1_D07E_0000_0000
_START: Final = 0x6BD2_E18F_6BD2_E18F
_END: Final = 0x7CE3_F290_7CE3_F290
_NO_BLOCK: Final = "conv_########"
_MARKED: Final = {BLOCK: _NO_BLOCK}


def trace_id(number: int, trace: int) -> int:
    """Return the id of one trace of a request."""
    return (0x5AC1 << 112) + number * TRACES_A_REQUEST + trace + 1


def block(number: int) -> str:
    """Return the name of a part of a run."""
    return f"conv_{number:08}"


def block_of(number: int, requests_: int) -> str:
    """Return the part of a run that a request belongs to."""
    return block(number * BLOCKS // requests_)


class Template:
    """One request, and where in its bytes stands what differs from one to the next."""

    def __init__(self) -> None:
        """Encode it."""
        self._bytes: Final = encode_spans(list(_spans())).SerializePartialToString()
        self._traces: Final = [
            list(_places(self._bytes, (_TRACE + trace).to_bytes(16, "big")))
            for trace in range(TRACES_A_REQUEST)
        ]
        self._starts: Final = list(_places(self._bytes, _START.to_bytes(8, "little")))
        self._ends: Final = list(_places(self._bytes, _END.to_bytes(8, "little")))
        self._blocks: Final = list(_places(self._bytes, _NO_BLOCK.encode()))

    def request(self, number: int, name: str, ended_ns: int) -> bytes:
        """Return one request."""
        body = bytearray(self._bytes)
        for trace, places in enumerate(self._traces):
            _write(body, places, trace_id(number, trace).to_bytes(16, "big"))
        _write(body, self._starts, (ended_ns - _DURATION_NS).to_bytes(8, "little"))
        _write(body, self._ends, ended_ns.to_bytes(8, "little"))
        _write(body, self._blocks, name.encode())
        return bytes(body)


def _spans() -> Iterator[ReadableSpan]:
    for trace in range(TRACES_A_REQUEST):
        root = SpanContext(_TRACE + trace, 1, is_remote=False)
        yield slim_call(root, _START, _END, also=_MARKED)
        for number in range(2, SPANS_A_TRACE + 1):
            context = SpanContext(_TRACE + trace, number, is_remote=False)
            yield slim_call(context, _START, _END, parent=root, also=_MARKED)


def _places(body: bytes, wanted: bytes) -> Iterator[int]:
    at = body.find(wanted)
    while at != -1:
        yield at
        at = body.find(wanted, at + len(wanted))


def _write(body: bytearray, places: list[int], value: bytes) -> None:
    for at in places:
        body[at : at + len(value)] = value


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sent, when, and who takes the next."""

    url: str
    rate: int
    seconds: int
    template: Template = field(default_factory=Template)
    numbers: Iterator[int] = field(default_factory=count)
    started: float = field(default_factory=time.time)

    @property
    def requests(self) -> int:
        """How many there are."""
        return self.rate * self.seconds // SPANS_A_REQUEST


def send(plan: Plan) -> None:
    """Send requests when they are due until there are no more; several threads share a plan."""
    session = requests.Session()
    # Counting on is one step of the interpreter: no two threads get one number.
    for number in plan.numbers:
        if number >= plan.requests:
            return
        due = plan.started + number * SPANS_A_REQUEST / plan.rate
        time.sleep(max(0.0, due - time.time()))
        ended_ns = time.time_ns()
        body = plan.template.request(number, block_of(number, plan.requests), ended_ns)
        times = _until_taken(session, f"{plan.url}/v1/traces", body)
        sys.stdout.write(f"{number} {ended_ns / 1e9:.3f} {time.time():.3f} {times}\n")
        sys.stdout.flush()


def _until_taken(session: requests.Session, url: str, body: bytes) -> int:
    end = time.monotonic() + _PATIENCE_S
    for times in count(1):
        if session.post(url, body, headers=_PROTOBUF, timeout=_PATIENCE_S).ok:
            return times
        if time.monotonic() > end:
            break
        time.sleep(_AGAIN_AFTER_S)
    raise SystemExit(f"{url} did not take a request within {_PATIENCE_S:.0f} s")


def main() -> None:
    """Send, from several connections."""
    url, rate, seconds, connections = sys.argv[1:]
    plan = Plan(url, int(rate), int(seconds))
    threads = [threading.Thread(target=send, args=(plan,)) for _ in range(int(connections))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
