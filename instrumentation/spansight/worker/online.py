"""The online sampler: judges what applications have answered since it last looked."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from spansight.evals import Evaluator, Score
from spansight.evals.online import Observed, judge_answers
from spansight.stores.loki import Loki
from spansight.worker.jobs import Turn
from spansight.worker.state import Position
from spansight.worker.traffic import Answer, answers

_NS: Final = 1_000_000_000
_OVERLAP_S: Final = 120
"""What arrives this late is still seen."""
_FIRST_S: Final = 900
"""How far back the first run looks."""
_BATCH: Final = 50
"""Answers after which a run puts down how far it has come."""
_HEXITS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Online:
    """Judges a share of the answers; each score is an event of the answer's span."""

    loki: Loki
    evaluators: Mapping[str, Evaluator]
    share: float = 1.0
    most: int = 1000
    """Answers a run; the others wait for the next one."""
    delay_s: int = 30
    """What is younger may still be on its way."""
    services: Sequence[str] = ()

    def do(self, turn: Turn) -> str:
        """Judge what is new; where it ends early, the next run goes on."""
        end_ns = int((time.time() - self.delay_s) * _NS)
        seen: dict[str, int] = dict(turn.position.get("seen", {}))
        judged: list[Score] = []
        count = 0
        for batch in _batches(self._new(turn.position, seen, end_ns)):
            sampled = [one.observed for one in batch if self._is_sampled(one.observed)]
            judged += judge_answers(sampled, self.evaluators)
            count += len(sampled)
            seen |= {one.observed.case.id: one.time_ns for one in batch}
            turn.keep(_position(batch[-1].time_ns, seen))
            if turn.stop.is_set() or count >= self.most:
                break
        else:
            turn.keep(_position(end_ns, seen))
        failed = sum(score.error_type is not None for score in judged)
        return f"judged {count} answers: {len(judged)} scores, {failed} failures"

    def _new(self, position: Position, seen: Mapping[str, int], end_ns: int) -> Iterator[Answer]:
        first_ns = end_ns - _FIRST_S * _NS
        start_ns = int(position.get("until_ns", first_ns + _OVERLAP_S * _NS)) - _OVERLAP_S * _NS
        for one in answers(self.loki, start_ns=start_ns, end_ns=end_ns, services=self.services):
            if one.observed.case.id not in seen:
                yield one

    def _is_sampled(self, one: Observed) -> bool:
        """Decide by the trace: the whole of one is judged, or none of it."""
        trace_id = one.case.trace_id
        if trace_id is None:
            return random.random() < self.share  # noqa: S311 - no secret
        return int(trace_id[-_HEXITS:], 16) < self.share * 16**_HEXITS


def _batches(found: Iterator[Answer]) -> Iterator[list[Answer]]:
    while batch := list(islice(found, _BATCH)):
        yield batch


def _position(until_ns: int, seen: Mapping[str, int]) -> Position:
    """Return where to go on: from some time before, past those that are known from there."""
    recent = {one: at for one, at in seen.items() if at >= until_ns - _OVERLAP_S * _NS}
    return {"until_ns": until_ns, "seen": recent}
