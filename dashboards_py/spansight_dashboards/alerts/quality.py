"""Answers leave what was retrieved."""

from spansight_dashboards import promql
from spansight_dashboards.config import Config
from spansight_dashboards.queries import quality, scope
from spansight_dashboards.recordings.quality import faithfulness
from spansight_dashboards.rules import Alert, Group


def group(config: Config) -> Group:
    return Group(subject="quality", rules=(faithfulness(config), quality_degradation(config)))


def quality_degradation(config: Config) -> Alert:
    window = scope.rule(config).over(config.faithfulness_window)
    low = promql.compared(
        quality.latest(faithfulness(config), window), "<", config.faithfulness_minimum
    )
    enough = promql.compared(quality.faithfulness_count(window), ">=", config.minimum_evaluations)
    return Alert(
        name="QualityDegradation",
        expression=promql.all_of(low, enough),
        lasting="15m",
        severity="warning",
        summary=f"RAG faithfulness dropped below {config.faithfulness_minimum:g}",
        description=(
            "Answers of the RAG pipeline {{ $labels.pipeline }} in {{ $labels.service }} "
            '({{ $labels.environment }}) scored {{ $value | printf "%.2f" }} on average over '
            f"{config.faithfulness_window}; at least {config.faithfulness_minimum:g} is expected."
        ),
        chosen=quality.PIPELINE[:2],
    )
