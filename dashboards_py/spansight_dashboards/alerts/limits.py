"""More names than there is room for."""

from spansight_dashboards import promql
from spansight_dashboards.config import Config
from spansight_dashboards.queries import limits, scope
from spansight_dashboards.rules import Alert, Group

_SERVICES_NAMED = 3


def group(config: Config) -> Group:
    return Group(subject="limits", rules=(high_cardinality(config),))


def high_cardinality(config: Config) -> Alert:
    calls = scope.rule(config)
    named = limits.most_series(_SERVICES_NAMED, calls)
    return Alert(
        name="HighCardinality",
        expression=promql.any_of(limits.limited_increments(calls), limits.overflown_calls(calls)),
        lasting="1m",
        severity="warning",
        summary="More label values than the metrics have room for",
        description=(
            '{{ $value | printf "%.0f" }} figures of the last '
            f"{config.alert_window} are in no labelled series; totals without labels are exact. "
            "The services with the most combinations of labels:"
            f"{{{{ range query `{named.inline}` }}}} {{{{ .Labels.service }}}} "
            '{{ .Value | printf "%.0f" }};{{ end }}'
        ),
        board="pipeline",
        panel="No room for labels",
    )
