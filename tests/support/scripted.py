"""Judges of tests: what a provider on loopback answers, in the shape that it is asked for."""

import json
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

from spansight.demo.provider import Provider
from spansight.demo.wire import Request
from spansight.evals.judge import Judge, Used

MODEL = "gpt-4o-mini"


def grades(*given: int) -> Callable[[Request], str]:
    """Give one grade after the other."""
    left: Iterator[int] = iter(given)
    return lambda _: json.dumps({"reason": "so it seems", "grade": next(left)})


def says(*texts: str) -> Callable[[Request], str]:
    """Say one text after the other."""
    left: Iterator[str] = iter(texts)
    return lambda _: next(left)


def between(name: str, message: str) -> list[str]:
    """Return what stands in tags of that name, as a judge reads them: by the message's sign."""
    (sign,) = re.findall(r"\AThe sign of this message is (\w+)\.", message)
    return re.findall(rf"<{name}-{sign}>\n(.*?)\n</{name}-{sign}>", message, re.DOTALL)


def outside(message: str) -> str:
    """Return what stands in no tags."""
    (sign,) = re.findall(r"\AThe sign of this message is (\w+)\.", message)
    return re.sub(rf"<([\w-]+)-{sign}>\n.*?\n</\1-{sign}>", "", message, flags=re.DOTALL)


def priced(used: Used) -> float:
    """Ask a dollar a token."""
    return float(used.input_tokens + used.output_tokens)


@contextmanager
def judged(
    reply: Callable[[Request], str], scenario: str = "ok", **settings: object
) -> Generator[tuple[Judge, Provider]]:
    """Yield a judge whose answers are scripted, and where it sits."""
    with Provider(reply) as provider:
        judge = {"model": MODEL, "base_url": provider.url(scenario), "retries": 0, **settings}
        yield Judge(**judge), provider  # pyright: ignore[reportArgumentType] - a test's own choice
