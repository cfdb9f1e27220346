"""The online sampler: judges what applications have answered since it last looked."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from spansight.evals import Evaluator, Score
from spansight.evals.online import is_of_share, judge_answers
from spansight.evals.sampling.traffic import Call
from spansight.stores.loki import Loki
from spansight.worker.jobs import Turn
from spansight.worker.state import Position
from spansight.worker.traffic import batches, observed

_NS: Final = 1_000_000_000
_OVERLAP_NS: Final = 120 * _NS
"""What arrives this late is still seen."""
_FIRST_NS: Final = 900 * _NS
"""How far back the first run looks."""


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
        end_ns = int(time.time() - self.delay_s) * _NS
        seen: dict[str, int] = dict(turn.position.get("seen", {}))
        scores: list[Score] = []
        count = 0
        for batch in self._new(turn.position, seen, end_ns):
            sampled = observed(self.loki, [one for one in batch if self._is_sampled(one)])
            scores += judge_answers(sampled, self.evaluators)
            count += len(sampled)
            seen |= {one.identity: one.time_ns for one in batch}
            turn.keep(_position(batch[-1].time_ns, seen))
            if turn.stop.is_set() or count >= self.most:
                break
        else:
            turn.keep(_position(end_ns, seen))
        failed = sum(score.error_type is not None for score in scores)
        return f"judged {count} answers: {len(scores)} scores, {failed} failures"

    def _new(
        self, position: Position, seen: Mapping[str, int], end_ns: int
    ) -> Iterator[list[Call]]:
        until_ns = position.get("until_ns")
        start_ns = end_ns - _FIRST_NS if until_ns is None else int(until_ns) - _OVERLAP_NS
        for batch in batches(self.loki, start_ns=start_ns, end_ns=end_ns, services=self.services):
            if new := [one for one in batch if one.identity not in seen]:
                yield new

    def _is_sampled(self, one: Call) -> bool:
        return is_of_share(int(str(one.case.trace_id), 16), self.share)


def _position(until_ns: int, seen: Mapping[str, int]) -> Position:
    """Return where to go on: from some time before, past those that are known from there."""
    recent = {one: at for one, at in seen.items() if at >= until_ns - _OVERLAP_NS}
    return {"until_ns": until_ns, "seen": recent}
