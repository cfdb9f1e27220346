"""Numbers on the command line: a wrong one is a usage error, not a puzzle three calls later."""

import math
from argparse import ArgumentTypeError
from datetime import datetime
from typing import Final

_UNITS_S: Final = {"m": 60, "h": 3600, "d": 86_400}


def amount(text: str) -> float:
    """Read a finite number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise ArgumentTypeError(f"{text!r}: expected a number above 0")
    return value


def count(text: str) -> int:
    """Read a whole number above 0."""
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise ArgumentTypeError(f"{text!r}: expected a whole number above 0")
    return int(text)


def share(text: str) -> float:
    """Read a number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"{text!r}: expected a number from 0 to 1")
    return value


def duration(text: str) -> float:
    """Read a time such as 90m, 24h or 7d; return its seconds."""
    number, unit = text[:-1], text[-1:]
    if not (unit in _UNITS_S and number.isascii() and number.isdecimal() and int(number)):
        raise ArgumentTypeError(f"{text!r}: expected a time such as 90m, 24h or 7d")
    return int(number) * _UNITS_S[unit]


def moment(text: str) -> float:
    """Read a date, or a date and a time, in this machine's zone unless it names one."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r}: expected a time such as 2026-05-01T00:00Z") from error
