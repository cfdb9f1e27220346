"""The calls of one user or conversation, in TraceQL, and what was said in them, in LogQL."""

from typing import Final

from spansight.conventions import attributes, events, logql
from spansight_dashboards.config import Config
from spansight_dashboards.queries import traces

_USER: Final = "user_hash"
_CONVERSATION: Final = "gen_ai_conversation_id"
"""What Loki calls these attributes."""

_LEAST_USD: Final = (0.001, 0.01, 0.1)


def kinds(config: Config) -> dict[str, str]:
    """Return what a reader can look for → its condition."""
    known = {
        "All": "duration >= 0s",
        "Failed": "status = error",
        f"Longer than {config.latency_p95_limit_s:g} s": (
            f"duration > {config.latency_p95_limit_s:g}s"
        ),
        "Of unknown price": f'span.{attributes.COST_STATUS} =~ "unknown_.*"',
    }
    dear = {f"From ${least:g}": f"span.{attributes.COST_USD} >= {least:g}" for least in _LEAST_USD}
    return known | dear


def calls(config: Config, user: str, conversation: str, kind: str) -> str:
    """Return the calls that the variables of these names describe."""
    return traces.told(
        config,
        _is(attributes.USER_HASH, user),
        _is(attributes.CONVERSATION_ID, conversation),
        f"${{{kind}:raw}}",
        traces.CHOSEN_MODELS,
    )


def content(config: Config, user: str, conversation: str) -> str:
    """Return prompts and answers as lines to read."""
    return (
        f'{traces.logged(config)} | {attributes.EVENT_NAME}="{events.CONTENT}"'
        f" | {_said(_USER, user)} | {_said(_CONVERSATION, conversation)}"
        # What has no text reads as nothing; of a filter for text, Grafana would mark all of it.
        f" {logql.AS_TEXT} !~ `^\\s*$`"
    )


def _is(attribute: str, variable: str) -> str:
    # What a call does not say matches no pattern, not even `.*`: the name of its span stands in.
    # A name begins with the operation, so what may stand before it tells an empty pattern.
    asked = f"${{{variable}:raw}}"
    anybody = f"(?:{asked})(?:{'|'.join(attributes.INFERENCE_OPERATIONS)}) .*"
    return f'(span.{attribute} =~ "{asked}" || name =~ "{asked}" || name =~ "{anybody}")'


def _said(label: str, variable: str) -> str:
    # An empty pattern finds everybody, as in `_is`: it may stand before the event's name.
    asked = f"${{{variable}:raw}}"
    return f'{label}=~"{asked}" or {attributes.EVENT_NAME}=~"(?:{asked}){events.CONTENT}"'
