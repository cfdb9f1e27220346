"""The daily evaluation: nobody watches what its judge spends, so it has a limit."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from spansight.evals import Case, Dataset, Verdict
from spansight.worker.jobs import Stop, Turn
from spansight.worker.offline import Offline

DUE = datetime(2026, 3, 2, 1, tzinfo=UTC)


@dataclass
class Judge:
    """Takes money for each answer."""

    cost_usd: float
    asked: int = 0

    async def evaluate(self, case: Case) -> Verdict:
        assert case.question
        self.asked += 1
        return Verdict(0.5, cost_usd=self.cost_usd)


def test_after_its_limit_a_judge_is_asked_no_more(tmp_path: Path) -> None:
    golden = Dataset.of([{"question": f"{n}?", "answer": "Yes."} for n in range(40)])
    judge = Judge(cost_usd=0.5)
    work = Offline(
        sources=[lambda _: golden], evaluators={"judged": judge}, runs=tmp_path, spend_usd=2.0
    )
    said = work.do(Turn(DUE, {}, Stop(), lambda _: None))
    # Those who were asked at the same time had not told their price yet.
    assert 4 <= judge.asked < 20
    assert f"{40 - judge.asked} failures" in said
    (file,) = tmp_path.glob("*.jsonl")
    assert "spend_cap" in file.read_text()
