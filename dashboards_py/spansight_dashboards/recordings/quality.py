"""How faithful each RAG pipeline's answers are, as a rolling mean."""

from spansight.conventions.metrics import FAITHFULNESS
from spansight_dashboards.config import Config
from spansight_dashboards.queries import evaluations, quality, scope
from spansight_dashboards.rules import Recording


def faithfulness(config: Config) -> Recording:
    window = scope.rule(config).over(config.faithfulness_window)
    return Recording(
        name=FAITHFULNESS,
        labels=quality.PIPELINE,
        expression=quality.mean(evaluations.FAITHFUL, window),
        meaning="mean score of the evaluation `faithfulness` in the last half hour, in thousandths",
    )
