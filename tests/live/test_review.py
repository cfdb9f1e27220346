"""People judge what really was answered: sampled from the stores, with scores, and told back."""

import time

import pytest

from spansight.conventions import attributes, events, labels
from spansight.evals.sampling import Window
from spansight.live.findings import eventually
from spansight.review.recorded import recorded
from spansight.stack.native import NativeStack
from spansight.stores.loki import Loki
from support.traffic import Traffic

pytestmark = pytest.mark.stack


def test_recorded_answers_come_with_their_scores(
    stack: NativeStack, loki: Loki, traffic: Traffic
) -> None:
    query = (
        f'{{service_name=~".+"}} | {attributes.EVENT_NAME}="{events.EVALUATION}"'
        f' | gen_ai_evaluation_name="{labels.FAITHFULNESS}"'
    )
    window = Window(traffic.started - 60, time.time() + 60)

    def told() -> bool:
        return bool(loki.lines(query, start=window.start, end=window.end))

    assert eventually(told, within_s=30)
    items = recorded(stack.endpoints, window, 20)
    assert items
    assert all(one.case.answer is not None or one.case.metadata for one in items)
    scored = [score for one in items for score in one.scores]
    assert {labels.FAITHFULNESS} <= {score.name for score in scored}
    assert all(score.value is None or 0 <= score.value <= 1 for score in scored)
