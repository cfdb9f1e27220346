"""Numbers on the command line: a wrong one is a usage error, not a puzzle three calls later."""

import math
from argparse import ArgumentTypeError


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
