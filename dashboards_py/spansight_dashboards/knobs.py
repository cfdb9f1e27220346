"""What a knob may be, and how it is said: one that nothing could work with is one clear line."""

import math
import re
from collections.abc import Mapping
from typing import Final

from spansight.conventions.metrics import (
    ANSWER_LATENCY,
    EVALUATION_SCORE,
    RETRIEVAL_LATENCY,
    TIME_TO_FIRST_TOKEN,
    TOKENS_PER_SECOND,
    Metric,
)
from spansight.errors import ConfigError

BOUNDS: Final[Mapping[str, Metric]] = {
    "first_token_target_s": TIME_TO_FIRST_TOKEN,
    "answer_target_s": ANSWER_LATENCY,
    "retrieval_target_s": RETRIEVAL_LATENCY,
    "generation_speed_minimum": TOKENS_PER_SECOND,
    "toxicity_limit": EVALUATION_SCORE,
}
"""A histogram counts what is beyond one of its bounds, and beyond nothing else."""

_MOST: Final[Mapping[str, int]] = {
    "error_ratio_limit": 1,
    "toxic_ratio_limit": 1,
    "empty_search_limit": 1,
    "recall_minimum": 1,
    "faithfulness_minimum": 1,
    "relevance_minimum": 1,
    "token_limit_warning": 1,
    "queue_fill_limit": 1,
    "rating_minimum": 5,
}

_TEXTS: Final = (
    (r"\w+_window|refresh", r"[1-9]\d*[smhd]", "a duration such as 30m"),
    (r"time_range", r"now-[1-9]\d*[smhdwMy]", "how far back from now, such as now-6h"),
    (
        r"\w+_url",
        r"https?://[^\s\"]*[^\s\"/]",
        "an address that begins with http, without a / last",
    ),
    (r"\w+_source|excluded_service", r"[^\"\\]+", "a name, without quotes or backslashes"),
)
"""Names of knobs, what their values look like, and how to say so."""


def percent(share: float) -> str:
    """Return a share as people read it, with all of its digits: 99.5%."""
    return f"{100 * share:g}%"


def refuse(name: str, value: str | float) -> None:
    """Raise ConfigError for a value that this knob cannot have."""
    expected = _expected(name, value) if isinstance(value, str) else _limits(name, value)
    if expected:
        shown = repr(value) if isinstance(value, str) else f"{value:g}"
        raise ConfigError(f"{name}={shown}: expected {expected}")


def _expected(name: str, value: str) -> str:
    for names, pattern, expected in _TEXTS:
        if re.fullmatch(names, name) and not re.fullmatch(pattern, value):
            return expected
    return ""


def _limits(name: str, value: float) -> str:
    if (metric := BOUNDS.get(name)) and value not in metric.buckets:
        bounds = ", ".join(f"{bound:g}" for bound in metric.buckets)
        return f"a bound of {metric.prometheus}: {bounds}"
    if name.startswith("minimum_"):
        return "" if math.isfinite(value) and value >= 0 else "0 or more"
    most = _MOST.get(name, math.inf)
    if math.isfinite(value) and 0 < value <= most:
        return ""
    return f"more than 0, and {most} at most" if name in _MOST else "a number above 0"
