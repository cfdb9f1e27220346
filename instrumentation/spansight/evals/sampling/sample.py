"""Draw a sample of recorded calls, and find out in their traces what they took and cost."""

import base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import repeat
from typing import Final

from spansight.conventions import attributes
from spansight.errors import ConfigError
from spansight.evals.dataset import Dataset
from spansight.evals.model import Case
from spansight.evals.sampling import drawing
from spansight.evals.sampling.drawing import Reason, allocation, lowest
from spansight.evals.sampling.traffic import Call, Found, Stratum, Traffic, Window
from spansight.evals.telling import WHOSE
from spansight.stores.endpoints import Endpoints
from spansight.stores.loki import Loki
from spansight.stores.tempo import Span, Tempo

LOW_RATING: Final = 2.0
"""The best of the ratings, from 1 to 5, that are low."""

_OF_TROUBLE, _OF_EXPENSIVE = 0.4, 0.1
"""Shares of a sample, at most, that errors and low ratings take, and the dearest calls."""

_THRESHOLDS_USD: Final = tuple(10.0**-power for power in range(-2, 8))
_MATCHES: Final = 500
_READ_AHEAD: Final = 4
"""Times as many are read as are drawn: some calls share a trace, some have no answer."""
_FEWEST_READ: Final = 200
_ROUNDS: Final = 3
_AT_ONCE: Final = 8


@dataclass(slots=True)
class _Draw:
    seed: int
    reasons: dict[str, Reason] = field(default_factory=dict[str, Reason])
    calls: dict[str, Call] = field(default_factory=dict[str, Call])
    more: dict[str, dict[str, object]] = field(default_factory=dict[str, dict[str, object]])
    """What else is known of a call, by its identity, for its metadata."""

    def take(self, calls: Iterable[Call], size: int, reason: Reason) -> int:
        """Draw so many of those that were not drawn yet; return how many there were."""
        new = {call.identity: call for call in calls if call.identity not in self.calls}
        drawn = lowest(self.seed, new, size)
        self.calls |= {identity: new[identity] for identity in drawn}
        self.reasons |= dict.fromkeys(drawn, reason)
        return len(drawn)


def sample(endpoints: Endpoints, window: Window, *, size: int, seed: int = 0) -> Dataset:
    """Draw cases of the calls of a window, from Loki, with what Tempo knows of them.

    Failed calls, badly rated ones and the dearest come first, up to half of the size; the rest is
    drawn evenly over features and models.  `metadata` says why a case was drawn and, as `weight`,
    how many calls of its kind it stands for.
    """
    traffic, tempo = Traffic(Loki(endpoints.loki), window), Tempo(endpoints.tempo)
    counts = traffic.counts()
    if not counts:
        raise ConfigError(
            f"no prompts and answers in Loki at {endpoints.loki} from {_iso(window.start)} to "
            f"{_iso(window.end)}; expected some: did the application run, with "
            "SPANSIGHT_CAPTURE_CONTENT=true?"
        )
    draw = _Draw(seed)
    _take_trouble(draw, traffic, round(size * _OF_TROUBLE))
    _take_expensive(draw, traffic, tempo, max(1, round(size * _OF_EXPENSIVE)))
    _take_strata(draw, traffic, counts, size - len(draw.calls))
    if not draw.calls:
        raise ConfigError(
            f"{sum(counts.values())} calls in Loki at {endpoints.loki}, none with a question that "
            "can be read; expected messages as the conventions have them"
        )
    day = datetime.fromtimestamp(window.end, UTC).date()
    return Dataset(f"traffic-{day}", _cases(draw, traffic, tempo))


def _take_trouble(draw: _Draw, traffic: Traffic, size: int) -> None:
    """Take failed calls and badly rated answers, evenly where there are too many."""
    errors = traffic.errors()
    rated = _rated(traffic)
    shares = allocation({"error": len(errors), "low_rating": len(rated)}, size)
    draw.take((call for call, _ in rated), shares["low_rating"], "low_rating")
    draw.more |= {call.identity: {"rating": said} for call, said in rated}
    draw.take(errors, shares["error"], "error")


def _rated(traffic: Traffic) -> list[tuple[Call, str]]:
    ratings = traffic.low_ratings(LOW_RATING)
    by_trace = {one.trace_id: one.said for one in ratings if one.trace_id}
    by_response = {
        one.response_id: one.said for one in ratings if one.response_id and not one.trace_id
    }
    last: dict[str, Call] = {}
    for call in sorted(traffic.of_traces(by_trace), key=lambda call: call.time_ns):
        # What the user saw is what the last call of the trace has answered.
        last[str(call.case.trace_id)] = call
    answered = traffic.of_responses(by_response)
    return [
        *((call, by_trace[trace_id]) for trace_id, call in last.items()),
        *((call, by_response[str(call.case.response_id)]) for call in answered),
    ]


def _take_expensive(draw: _Draw, traffic: Traffic, tempo: Tempo, size: int) -> None:
    """Take the dearest calls: Tempo finds what is above a price, so the price comes down."""
    dear: dict[str, float] = {}
    for threshold in _THRESHOLDS_USD:
        query = (
            f"{{ span.{attributes.COST_USD} >= {threshold:.9f}"
            f' && span.{attributes.OPERATION_NAME} != "{attributes.EMBEDDINGS}" }}'
            f" | select(span.{attributes.COST_USD})"
        )
        window = traffic.window
        found = tempo.matches(query, start=window.start, end=window.end, limit=_MATCHES)
        dear |= {f"{one.trace_id}/{one.span_id}": _cost(one.attributes) for one in found}
        if len(dear) >= size + len(draw.calls):
            break
    # Some were drawn already, and of some nobody kept the prompt.
    dearest = sorted(dear, key=lambda identity: (-dear[identity], identity))
    wanted = dearest[: _READ_AHEAD * size]
    calls = {
        call.identity: call
        for call in traffic.of_traces(identity.partition("/")[0] for identity in wanted)
    }
    known = [calls[identity] for identity in wanted if identity in calls]
    draw.take([one for one in known if one.identity not in draw.calls][:size], size, "expensive")


def _take_strata(draw: _Draw, traffic: Traffic, counts: Mapping[Stratum, int], size: int) -> None:
    """Take answers of each feature and model, so that there are as many in all."""
    taken = Counter(call.stratum for call in draw.calls.values())
    left = {stratum: count - taken[stratum] for stratum, count in counts.items()}
    drawn: Counter[Stratum] = Counter()
    # Who had too few answers to give leaves room for the others.
    for _ in range(_ROUNDS):
        wanted = allocation(
            {stratum: count - drawn[stratum] for stratum, count in left.items()},
            size - drawn.total(),
        )
        for stratum, more in wanted.items():
            if more:
                share = max(_FEWEST_READ, (drawn[stratum] + more) * _READ_AHEAD) / counts[stratum]
                prefixes = drawing.prefixes(draw.seed, repr(stratum), min(1.0, share))
                read = traffic.some(stratum, prefixes)
                answered = [one for one in read if one.case.answer is not None]
                drawn[stratum] += draw.take(answered, more, "drawn")
    for identity, call in draw.calls.items():
        if draw.reasons[identity] == "drawn":
            weight = left[call.stratum] / drawn[call.stratum]
            draw.more[identity] = {"weight": round(weight, 2)}


def _cases(draw: _Draw, traffic: Traffic, tempo: Tempo) -> list[Case]:
    """Return the cases in the order of time, with what their traces say."""
    calls = sorted(draw.calls.values(), key=lambda call: (call.time_ns, call.identity))
    found = traffic.found(str(call.case.trace_id) for call in calls)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        spans = pool.map(_span, calls, repeat(tempo))
        return [_case(call, span, draw, found) for call, span in zip(calls, spans, strict=True)]


def _span(call: Call, tempo: Tempo) -> Span | None:
    """Return the span of a call; None where its trace was not kept."""
    spans = tempo.trace(str(call.case.trace_id))
    return next((one for one in spans if _hexadecimal(one.span_id) == call.case.span_id), None)


def _case(call: Call, span: Span | None, draw: _Draw, found: Mapping[str, Sequence[Found]]) -> Case:
    known: dict[str, object] = {
        "sampled": draw.reasons[call.identity],
        "service": call.service,
        **{name: call.whose.get(attribute) for name, attribute in WHOSE.items()},
        "model": call.stratum.model,
        "error_type": call.error_type,
        "cost_usd": span and span.attributes.get(attributes.COST_USD),
        **draw.more.get(call.identity, {}),
    }
    searches = found.get(str(call.case.trace_id), ())
    last = next((one for one in reversed(searches) if one.time_ns <= call.time_ns), None)
    return replace(
        call.case,
        contexts=call.case.contexts or (last.texts if last else None),
        retrieved=last.ids if last else None,
        latency_s=span and span.duration_s,
        metadata={name: value for name, value in known.items() if value not in (None, "")},
    )


def _hexadecimal(span_id: str) -> str:
    """Return an id that Tempo writes in base 64 as everybody else does."""
    return base64.b64decode(span_id).hex() if span_id.endswith("=") else span_id


def _cost(said: Mapping[str, object]) -> float:
    cost = said.get(attributes.COST_USD)
    return float(cost) if isinstance(cost, int | float) else 0.0


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="minutes")
