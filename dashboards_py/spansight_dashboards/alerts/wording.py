"""Phrases that several descriptions share: templates that Prometheus fills in."""

from typing import Final

from spansight_dashboards.promql import Expression

DOLLARS: Final = '${{ $value | printf "%.2f" }}'
COUNT: Final = '{{ $value | printf "%.0f" }}'
SCORE: Final = '{{ $value | printf "%.3f" }}'
"""Close to its limit, it must not read as the limit."""
SPEED: Final = '{{ $value | printf "%.1f" }}'
SHARE: Final = "{{ $value | humanizePercentage }}"

SERVICE: Final = "{{ $labels.service }} ({{ $labels.environment }})"
"""Whose calls they are; the team, which routes the alert, is among its labels."""


def each(query: Expression, said: str) -> str:
    """Return a list with one entry for each series of a query.

    The alert's own labels are in reach as `$labels`, those of the series as `.Labels`.
    """
    asked = _query(query)
    return f"{{{{ range query {asked} }}}} {said};{{{{ end }}}}"


def _query(query: Expression) -> str:
    """Return the query as a template's text; a label of the alert in it is printed into it."""
    parts = query.inline.split("{{ ")
    if len(parts) == 1:
        return f"`{query.inline}`"
    text, labels = parts[0], list[str]()
    for part in parts[1:]:
        label, _, rest = part.partition(" }}")
        labels.append(label)
        text += f"%s{rest}"
    return f"(printf `{text}` {' '.join(labels)})"
