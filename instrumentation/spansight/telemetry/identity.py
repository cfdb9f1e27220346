"""Users as they may leave the process: by a keyed hash, never by an id, a name or an address."""

import functools
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from typing import Final, TypeVar

from spansight.conventions import attributes, environment
from spansight.settings import say

V = TypeVar("V")

_IDS: Final = ("user.id", "enduser.id", "gen_ai.user", "llm.user", "user.email", "user.name")
"""What other instrumentations call a user, the most lasting first."""

_PERSONAL: Final = frozenset({*_IDS, "user.full_name"})

_SHORTEST_KEY: Final = 16

_HASH: Final = re.compile("[0-9a-f]{32}h")


def user_hash(user: str | int) -> str:
    """Return what stands for a user: 32 digits of HMAC-SHA256 of the id, and the letter `h`.

    The letter keeps masking, here and in the Collector, from taking the hash's end for the end of
    a phone or card number.
    """
    digest = hmac.new(key(), str(user).encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"{digest.hexdigest()[:32]}h"


def is_user_hash(text: str) -> bool:
    """Whether a text has the form of a hash: what an upstream service sends may be anything."""
    return _HASH.fullmatch(text) is not None


def pseudonymous(values: Mapping[str, V]) -> Mapping[str, V | str]:
    """Return attributes with a user's hash in place of whatever an instrumentation wrote."""
    if _PERSONAL.isdisjoint(values):
        return values
    kept: dict[str, V | str] = {k: v for k, v in values.items() if k not in _PERSONAL}
    known = next((values[name] for name in _IDS if values.get(name)), None)
    if known is not None:
        kept.setdefault(attributes.USER_HASH, user_hash(str(known)))
    return kept


@functools.cache
def key() -> bytes:
    """Return the key: an unkeyed hash of an id is soon reversed by hashing every id there is."""
    name = environment.USER_KEY.name
    asked = os.environ.get(name, "").strip()
    if len(asked) >= _SHORTEST_KEY:
        return asked.encode()
    problem = f"expected {_SHORTEST_KEY} characters at least" if asked else "not set"
    say(f"{name}: {problem}; users' hashes are this process's own and join with no other's")
    return secrets.token_bytes(32)
