"""How the chunks of a stream are told apart in its bytes.  Pure."""

import json
import struct
from binascii import crc32
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from spansight.demo.wire import Json

_TEXT: Final = 7
"""The type of a header of AWS's that holds text."""


@dataclass(frozen=True, slots=True)
class Framing:
    """One way to send chunks."""

    content_type: str
    frame: Callable[[Json], bytes]
    garbled: bytes
    """What no client can read."""


def event(data: str, name: str | None = None) -> bytes:
    """Return a server-sent event."""
    return ((f"event: {name}\n" if name else "") + f"data: {data}\n\n").encode()


def message(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return a message of AWS's: lengths, headers, payload, checksums over what came before."""
    head = b"".join(_header(name, value) for name, value in headers.items())
    # Two lengths and two checksums, of four bytes each, frame the rest.
    prelude = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    told = prelude + struct.pack(">I", crc32(prelude)) + head + payload
    return told + struct.pack(">I", crc32(told))


def _header(name: str, value: str) -> bytes:
    key, said = name.encode(), value.encode()
    return struct.pack(f">B{len(key)}sBH", len(key), key, _TEXT, len(said)) + said


def _event(chunk: Json) -> bytes:
    return event(json.dumps(chunk, ensure_ascii=False), chunk.get("type"))


def _message(chunk: Json) -> bytes:
    ((kind, payload),) = chunk.items()
    headers = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    return message(headers, json.dumps(payload, ensure_ascii=False).encode())


SERVER_SENT: Final = Framing("text/event-stream; charset=utf-8", _event, event('{"id": '))
EVENT_STREAM: Final = Framing(
    "application/vnd.amazon.eventstream", _message, message({}, b"{")[:-1] + b"?"
)
"""Each chunk is named by its one key."""
