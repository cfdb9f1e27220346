"""Every answer, judged cheaply while the application runs: off the path of its requests.

    spansight.evals.online.start("usual, toxicity")

SPANSIGHT_EVALUATE does the same from outside.
"""

from collections.abc import Mapping

from spansight.errors import ConfigError
from spansight.evals.model import Evaluator
from spansight.evals.online.judging import judge_answers
from spansight.evals.online.names import evaluators_of, known
from spansight.evals.online.observed import Observed, is_of_share, observed
from spansight.evals.online.queue import WAITING, Online
from spansight.settings import Settings, say
from spansight.telemetry.process import installation
from spansight.telemetry.records import answers

__all__ = [
    "Observed",
    "evaluators_of",
    "is_of_share",
    "judge_answers",
    "known",
    "observed",
    "start",
    "start_from",
    "stop",
]


def start(
    evaluators: Mapping[str, Evaluator] | str, *, share: float = 1.0, waiting: int = WAITING
) -> None:
    """Judge every answer of this process from now on; a second start replaces the first.

    Evaluators are given by name, as SPANSIGHT_EVALUATE has them, or as objects of your own.  Of all
    traces, a share is judged; when more answers wait than `waiting`, further ones are counted and
    left out.
    """
    chosen = evaluators_of(evaluators) if isinstance(evaluators, str) else dict(evaluators)
    if not chosen:
        raise ConfigError("no evaluators; expected at least one, by its name")
    if not 0 <= share <= 1:
        raise ConfigError(f"share={share!r}: expected a number from 0 to 1")
    if waiting < 1:
        raise ConfigError(f"waiting={waiting!r}: expected a number above 0")
    _listen(Online(chosen, share=share, waiting=waiting))


def stop() -> None:
    """Judge what waits, and no more."""
    answers.finish()
    _listen(None)


def start_from(settings: Settings) -> None:
    """Start what the environment asks for; a wrong name is one line, and the others go on."""
    chosen = evaluators_of(settings.evaluate, refuse=say)
    if chosen:
        _listen(Online(chosen, share=settings.evaluate_share))


def _listen(online: Online | None) -> None:
    heard = answers.are_heard()
    answers.listen(online.listener if online else None)
    # Instrumentors learn as they are loaded whether content is worth gathering.
    if heard != answers.are_heard() and (installed := installation.current()):
        installed.instrumentors.reload()
