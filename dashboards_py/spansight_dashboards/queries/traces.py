"""The calls behind a number, in TraceQL, and what was logged about them, in LogQL."""

from typing import Final

from spansight.conventions import attributes, events, labels
from spansight_dashboards.config import Config

_COLUMNS: Final = (
    attributes.REQUEST_MODEL,
    attributes.FEATURE,
    attributes.INPUT_TOKENS,
    attributes.OUTPUT_TOKENS,
    attributes.COST_USD,
    attributes.ERROR_TYPE,
)
"""What a reader needs beside service, name and duration to choose the trace to open."""

_CHOSEN_SERVICES: Final = f"${{{labels.SERVICE}:pipe}}"


def calls(config: Config) -> str:
    return _calls(config)


def slow_calls(config: Config) -> str:
    return _calls(config, f"duration > {config.latency_p95_limit_s:g}s")


def failed_calls(config: Config) -> str:
    return _calls(config, "status = error")


def unpriced_calls(config: Config) -> str:
    return _calls(config, f'span.{attributes.COST_STATUS} =~ "unknown_.*"')


def slow_answers(config: Config) -> str:
    """Return whole answers that took longer than their target."""
    return _answers(config, f"duration > {config.answer_target_s:g}s")


def expensive_calls(config: Config, least_usd: str) -> str:
    """Return calls that cost at least so much."""
    return _calls(config, f"span.{attributes.COST_USD} >= {least_usd}")


def logged(config: Config) -> str:
    """Return prompts, answers, scores and errors of the chosen services."""
    # Loki refuses a query whose every matcher could match an empty label, as "All" does.
    service = "service_name"
    return (
        f'{{{service}=~"{_CHOSEN_SERVICES}", {service}=~".+",'
        f' {service}!="{config.excluded_service}"}}'
    )


def scores(config: Config) -> str:
    """Return evaluation results, each with the trace id of the answer it judges."""
    return f'{logged(config)} | {attributes.EVENT_NAME}="{events.EVALUATION}"'


def _calls(config: Config, *conditions: str) -> str:
    operations = "|".join(attributes.INFERENCE_OPERATIONS)
    return _spans(config, f'span.{attributes.OPERATION_NAME} =~ "{operations}"', *conditions)


def _answers(config: Config, *conditions: str) -> str:
    question = f'span.{attributes.STAGE} = "{attributes.QUESTION}"'
    workflow = f'span.{attributes.OPERATION_NAME} = "{attributes.INVOKE_WORKFLOW}"'
    return _spans(config, f"({question} || {workflow})", *conditions)


def _spans(config: Config, *conditions: str) -> str:
    service = f"resource.{attributes.SERVICE_NAME}"
    chosen = (f'{service} =~ "{_CHOSEN_SERVICES}"', f'{service} != "{config.excluded_service}"')
    # Without the hint, Tempo stops at the first matches that it meets, wherever they are in time.
    columns = ", ".join(("status", *(f"span.{name}" for name in _COLUMNS)))
    return (
        f"{{ {' && '.join((*chosen, *conditions))} }} | select({columns}) with (most_recent=true)"
    )
