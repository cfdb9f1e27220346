"""The text that Prometheus scrapes, as numbers; and what a histogram of known values must read."""

import re
from collections.abc import Iterable, Mapping
from math import inf
from typing import Final

from spansight.conventions import labels
from spansight.conventions.metrics import Metric

Series = tuple[str, frozenset[tuple[str, str]]]
Samples = dict[Series, float]

_LINE: Final = re.compile(
    r'^(\w+)(?:\{((?:\w+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)(?: # \{(.*)\} .*)?$'
)
_LABEL: Final = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def series(name: str, said: Mapping[str, object]) -> Series:
    """Return the key of one series; a bucket's bound is compared as a number."""
    bounds = {labels.BUCKET: str(float(str(said[labels.BUCKET])))} if labels.BUCKET in said else {}
    return name, frozenset((key, str(text)) for key, text in {**said, **bounds}.items())


def samples(text: str) -> Samples:
    """Return every sample of an exposition."""
    found: Samples = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            match = _LINE.match(line)
            assert match, line
            found[series(match[1], dict(_LABEL.findall(match[2] or "")))] = float(match[3])
    return found


def exemplars(text: str, name: str) -> list[dict[str, str]]:
    """Return the exemplars of one series."""
    matches = [_LINE.match(line) for line in text.splitlines() if line.startswith(name)]
    return [dict(_LABEL.findall(match[4])) for match in matches if match and match[4]]


def types(text: str) -> dict[str, str]:
    """Return the kind of each family, by the name that Prometheus stores it under."""
    found = re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE)
    return {f"{name}_total" if kind == "counter" else name: kind for name, kind in found}


def counter(metric: Metric, said: Mapping[str, object], value: float) -> Samples:
    """Return a counter's sample."""
    assert metric.kind == "counter"
    return {series(metric.prometheus, said): value}


def histogram(metric: Metric, said: Mapping[str, object], values: Iterable[float]) -> Samples:
    """Return a histogram's samples after these values."""
    seen = list(values)
    buckets = {
        series(metric.bucket, {**said, labels.BUCKET: bound}): float(sum(x <= bound for x in seen))
        for bound in (*metric.buckets, inf)
    }
    return {
        **buckets,
        series(metric.sum, said): sum(seen),
        series(metric.count, said): float(len(seen)),
    }
