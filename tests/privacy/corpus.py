"""Texts that must be masked, and texts that must not: written by hand, and made from a seed."""

import json
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import yaml

_FILE: Final[dict[str, Any]] = yaml.load(
    Path(__file__).with_suffix(".yaml").read_text("utf-8"),
    Loader=yaml.BaseLoader,  # noqa: S506 - it builds nothing but texts, and these are texts
)
_MADE: Final = 12
_SEED: Final = 20_261_122


@dataclass(frozen=True, slots=True)
class Case:
    """A text with one secret in it."""

    kind: str
    secret: str
    text: str


_SURROUNDINGS: Final[tuple[Callable[[str], str], ...]] = (
    "{}".format,
    "전화는 {} 입니다".format,
    "값:{}을 확인".format,
    "tel:\n{}\tand more".format,
    "<b>{}</b>".format,
    "first {0}, then {0}".format,
    "({})".format,
    "a, {}; b".format,
    lambda secret: json.dumps({"content": f"줄\n{secret}\n끝"}, ensure_ascii=False),
    lambda secret: json.dumps({"content": f"전화{secret}입니다"}),
    lambda secret: json.dumps({"args": json.dumps({"q": f"\t{secret}\n"})}),
)


def positives() -> list[Case]:
    """Return every secret in two surroundings, and those that their own surroundings show."""
    around = cycle(_SURROUNDINGS)
    found = [
        Case(kind, secret, next(around)(secret))
        for kind, secret in (*_listed("secrets"), *_made())
        for _ in range(2)
    ]
    return found + [
        Case(kind, secret, text) for kind, rows in _FILE["shown"].items() for text, secret in rows
    ]


def missed() -> list[Case]:
    """Return the secrets that are known to pass."""
    return [Case(kind, secret, secret) for kind, secret in _listed("missed")]


def mistaken() -> list[Case]:
    """Return the harmless texts that are known to be masked."""
    return [Case(kind, text, text) for kind, text in _listed("mistaken")]


def negatives() -> list[str]:
    """Return harmless texts."""
    chance = random.Random(_SEED + 1)  # noqa: S311 - the same texts each time
    return [*_FILE["harmless"], *(make(chance) for make in _HARMLESS for _ in range(_MADE))]


def _listed(section: str) -> Iterator[tuple[str, str]]:
    for kind, texts in _FILE[section].items():
        for text in texts:
            yield kind, text


def _made() -> Iterator[tuple[str, str]]:
    chance = random.Random(_SEED)  # noqa: S311 - the same secrets each time
    for kind, make in _SECRETS.items():
        for _ in range(_MADE):
            yield kind, make(chance)


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))


def _letters(chance: random.Random, count: int) -> str:
    return "".join(
        chance.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=count)
    )


def _card(chance: random.Random) -> str:
    """Return a number that Luhn's sum approves of."""
    digits = [
        int(digit) for digit in chance.choice(("4", "51", "55", "65", "35")) + _digits(chance, 15)
    ][:15]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[::2]]
    number = "".join(map(str, (*digits, -(sum(doubled) + sum(digits[1::2])) % 10)))
    return chance.choice(("", " ", "-")).join(number[at : at + 4] for at in range(0, 16, 4))


def _iban(chance: random.Random) -> str:
    """Return a German account number with its check digits."""
    account = _digits(chance, 18)
    check = 98 - int(f"{account}131400") % 97
    number = f"DE{check:02}{account}"
    return chance.choice(("", " ")).join(number[at : at + 4] for at in range(0, 22, 4))


_SECRETS: Final[dict[str, Callable[[random.Random], str]]] = {
    "EMAIL": lambda c: (
        f"{_letters(c, 6)}.{_letters(c, 4)}@{_letters(c, 8)}.{c.choice(('com', 'co.kr', 'io'))}"
    ),
    "PHONE": lambda c: c.choice(("010-{}-{}", "+82 10 {} {}", "010{}{}", "+1 415 555 {1}")).format(
        c.randrange(1000, 9999), _digits(c, 4)
    ),
    "RRN": lambda c: (
        f"{c.randrange(40, 99)}{c.randrange(1, 13):02}{c.randrange(1, 29):02}"
        f"-{c.randrange(1, 9)}{_digits(c, 6)}"
    ),
    "CARD": _card,
    "IBAN": _iban,
    "IP": lambda c: (
        f"{c.choice((52, 118, 203, 211))}.{c.randrange(256)}.{c.randrange(256)}"
        f".{c.randrange(1, 255)}"
    ),
    "JWT": lambda c: f"eyJ{_letters(c, 20)}.eyJ{_letters(c, 40)}.{_letters(c, 43)}",
    "API_KEY": lambda c: (
        c.choice(("sk-", "sk-proj-", "ghp_", "hf_", "gsk_", "glpat-")) + _letters(c, 36)
    ),
}

_HARMLESS: Final[tuple[Callable[[random.Random], str], ...]] = (
    lambda c: str(uuid.UUID(int=c.getrandbits(128), version=4)),
    lambda c: f"{c.getrandbits(128):032x}",
    lambda c: f"{c.getrandbits(256):064x}",
    lambda c: str(c.randrange(1_600_000_000_000, 1_900_000_000_000)),
    lambda c: str(c.random()),
    lambda c: (
        f"{c.randrange(2000, 2030)}-{c.randrange(1, 13):02}-{c.randrange(1, 29):02}"
        f"T{c.randrange(24):02}:00:00.{_digits(c, 6)}Z"
    ),
    lambda c: f"chatcmpl-{_letters(c, 29)}",
    lambda c: f"v{c.randrange(20)}.{c.randrange(30)}.{c.randrange(99)}.{c.randrange(99)}",
    lambda c: f"{c.randrange(1, 999)},{c.randrange(1000):03},{c.randrange(1000):03}원",
    lambda c: (
        f"10.{c.randrange(256)}.{c.randrange(256)}.{c.randrange(256)}:{c.randrange(1024, 65536)}"
    ),
    lambda c: f'{{"id": {c.randrange(10**8)}, "score": {c.random():.6f}, "tags": ["a", "b"]}}',
    lambda c: f"order 10{_digits(c, 14)}",
)
