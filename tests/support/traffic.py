"""What was sent through a stack in a test."""

from dataclasses import dataclass

from spansight.demo.provider import Call


@dataclass(frozen=True, slots=True)
class Traffic:
    """The provider's own log is the truth that the stores are held against."""

    calls: tuple[Call, ...]
    started: float
    output: str
