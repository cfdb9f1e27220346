"""Images, audio and files inside texts and messages: told by type, size and hash.  Pure."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Final

_DATA_URL: Final = re.compile(
    r"data:([\w.+-]+/[\w.+-]+)?(?:;[\w.+=-]+)*;base64,([\w+/=%-]+)", re.ASCII
)
_RUN: Final = re.compile(r"[A-Za-z0-9+/_-]{1024,}={0,2}")
"""No word is as long; nor is a secret, which a shorter run may be."""
_WHOLE: Final = re.compile(r"[A-Za-z0-9+/_-]{64,}={0,2}")
_TYPES: Final = ("mime_type", "media_type", "format")
"""What stands beside the data of a part, in the words of the conventions, Anthropic and OpenAI."""


def summary(data: bytes, kind: str | None) -> str:
    """Return what is told of a blob: enough to find it again, and to know it when it comes back."""
    digest = hashlib.sha256(data).hexdigest()[:16]
    return f"[{kind or 'data'}, {len(data)} bytes, sha256 {digest}]"


def type_beside(part: Mapping[object, object]) -> str | None:
    """Return the type that a message's part names for its data, if it names one."""
    said = (part.get(name) for name in _TYPES)
    return next((kind for kind in said if isinstance(kind, str)), None)


def without_blobs(text: str, kind: str | None = None) -> str:
    """Return the text with every blob in it replaced; `kind` says that the whole may be one."""
    if kind and _WHOLE.fullmatch(text):
        return summary(_decoded(text), kind)
    if ";base64," in text:
        text = _DATA_URL.sub(lambda found: summary(_decoded(found[2]), found[1]), text)
    if len(text) >= 1024:  # noqa: PLR2004 - that of the expression
        text = _RUN.sub(lambda found: summary(_decoded(found[0]), kind), text)
    return text


def _decoded(text: str) -> bytes:
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4))
    except binascii.Error:
        return text.encode()
