"""Which arm of an experiment a unit is in: the same one every time, in every process.

No table of assignments, no request to a service: the arm follows from experiment and unit alone.
"""

import hashlib
import math
from collections.abc import Mapping
from itertools import accumulate
from types import TracebackType
from typing import Final, Self, cast

from spansight.errors import ConfigError
from spansight.telemetry.context import LONGEST, context
from spansight.telemetry.scopes.scope import Block, Scope

_DIGITS: Final = 8
"""Bytes of the hash that are looked at: enough for shares as small as anybody gives."""


class Arm(str, Block):
    """An arm's name; entered, it marks every call and score of the block as part of it."""

    __slots__ = ("_scope", "experiment")

    experiment: str
    _scope: Scope

    def __new__(cls, name: str, experiment: str) -> Self:
        """Name an arm of an experiment."""
        arm = super().__new__(cls, name)
        arm.experiment = experiment
        arm._scope = context(experiment=experiment, variant=name)
        return arm

    def __enter__(self) -> Self:
        self._scope.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._scope.__exit__(kind, error, trace)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (str(self), self.experiment)


def variant(experiment: str, unit: str | int, weights: Mapping[str, float]) -> Arm:
    """Return the arm of an experiment that a unit is in: a user, a conversation, a document.

    The arm is a text, and a context manager that marks every call and score in its block.
    Weights are shares of any scale, 0 or more; what is no share or no name is a ConfigError.  The
    arm is that whose share of the line from 0 to 1 holds the
    first eight bytes of SHA-256(experiment, a zero byte, unit), read as a big-endian fraction; the
    shares lie there in the order of their names.
    """
    _check(experiment, unit, weights)
    names = sorted(weights)
    ends = list(accumulate(weights[name] for name in names))
    point = _fraction(experiment, unit) * ends[-1]
    # A product that is rounded up to the end itself is the last arm's that has a share.
    last = max(name for name in names if weights[name])
    chosen = next((name for name, end in zip(names, ends, strict=True) if point < end), last)
    return Arm(chosen, experiment)


def _fraction(experiment: str, unit: str | int) -> float:
    digest = hashlib.sha256(f"{experiment}\0{unit}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:_DIGITS], "big") / 2 ** (8 * _DIGITS)


def _check(experiment: object, unit: object, weights: object) -> None:
    where = f"variant({experiment!r:.40})"
    if not _is_name(experiment):
        raise ConfigError(f"{where}: expected a name of 1 to {LONGEST} characters")
    if isinstance(unit, bool) or not isinstance(unit, str | int) or unit == "":
        raise ConfigError(f"{where}: unit {unit!r:.40}: expected a text or a whole number")
    if not isinstance(weights, Mapping) or not weights:
        raise ConfigError(f"{where}: weights {weights!r:.80}: expected one for each arm")
    shares = cast("Mapping[object, object]", weights)
    for name, share in shares.items():
        if not _is_name(name):
            raise ConfigError(f"{where}: arm {name!r:.40}: expected 1 to {LONGEST} characters")
        if not _is_share(share):
            raise ConfigError(f"{where}: weight {share!r:.40} of {name!r}: expected 0 or more")
    if not any(shares.values()):
        raise ConfigError(f"{where}: weights {weights!r:.80}: expected one above 0")


def _is_name(name: object) -> bool:
    return isinstance(name, str) and bool(name.strip()) and len(name) <= LONGEST


def _is_share(share: object) -> bool:
    if isinstance(share, bool) or not isinstance(share, int | float):
        return False
    return math.isfinite(share) and share >= 0
