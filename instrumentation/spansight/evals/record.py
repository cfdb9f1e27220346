"""Record one score."""

from typing import Unpack, get_args

from spansight.conventions.attributes import Evaluator
from spansight.evals.model import is_score
from spansight.settings import say
from spansight.telemetry import events
from spansight.telemetry.events import About
from spansight.telemetry.guard import Guard


def record(name: str, score: float, *, evaluator: Evaluator, **about: Unpack[About]) -> None:
    """Record a score from 0 to 1, such as `faithfulness`, of the span it is called in.

    `about` may name a label, explanation, pipeline, experiment, variant and response id; without a
    pipeline, experiment or variant, those of `spansight.context` hold.
    It never raises: a wrong score or evaluator is one line on standard error, and nothing is sent.
    """
    with Guard("recording of a score"):
        if not is_score(score):
            say(f"score {score!r} of {name!r}: expected a number from 0 to 1; not recorded")
        elif evaluator not in get_args(Evaluator):
            known = ", ".join(get_args(Evaluator))
            say(f"evaluator {evaluator!r} of {name!r}: expected one of {known}; not recorded")
        else:
            events.evaluation(name, score, evaluator=evaluator, **about)
