"""The calls behind a number, in TraceQL, and what was logged about them, in LogQL."""

from collections.abc import Sequence
from typing import Final

from spansight.conventions import attributes, events, labels
from spansight_dashboards.config import Config

_CALL: Final = (
    attributes.REQUEST_MODEL,
    attributes.FEATURE,
    attributes.INPUT_TOKENS,
    attributes.OUTPUT_TOKENS,
    attributes.COST_USD,
    attributes.ERROR_TYPE,
)
_FOUND: Final = (attributes.STAGE, attributes.RAG_RESULTS, attributes.RAG_SCORE_MEAN)
_GIVEN: Final = (
    attributes.STAGE,
    attributes.PIPELINE,
    attributes.RAG_CONTEXT_CHUNKS,
    attributes.RAG_CONTEXT_TOKENS,
    attributes.RAG_CONTEXT_CHUNK_TOKENS,
    attributes.RAG_ANSWER_LENGTH,
)
_RUN: Final = (
    attributes.AGENT_NAME,
    attributes.AGENT_ITERATIONS,
    attributes.AGENT_TOOL_CALLS,
    attributes.AGENT_RETRIES,
    attributes.ERROR_TYPE,
)
_TOOL: Final = (attributes.TOOL_NAME, attributes.ERROR_TYPE, attributes.TOOL_ATTEMPT)
"""What a reader needs beside service, name and duration to choose the trace to open."""

_INFERENCE: Final = (
    f'span.{attributes.OPERATION_NAME} =~ "{"|".join(attributes.INFERENCE_OPERATIONS)}"'
)
_CHOSEN_SERVICES: Final = f"${{{labels.SERVICE}:pipe}}"
CHOSEN_MODELS: Final = f'span.{attributes.REQUEST_MODEL} =~ "${{{labels.MODEL}:pipe}}"'
"""What a call says wherever its application knows it: all the others would need an `or` for calls
that do not, which Tempo answers by reading every span."""


def calls(config: Config) -> str:
    return _calls(config)


def slow_calls(config: Config) -> str:
    return _calls(config, f"duration > {config.latency_p95_limit_s:g}s")


def failed_calls(config: Config) -> str:
    return _calls(config, "status = error")


def unpriced_calls(config: Config) -> str:
    # Of some, nobody knows the model.
    return _spans(config, _INFERENCE, f'span.{attributes.COST_STATUS} =~ "unknown_.*"')


def slow_answers(config: Config) -> str:
    """Return whole answers that missed their target: those that failed are no answers."""
    return _answers(config, "status != error", f"duration > {config.answer_target_s:g}s")


def searches(config: Config) -> str:
    """Return retrieval's steps, the whole among them."""
    stages = "|".join(attributes.STAGE_LABELS)
    return _spans(config, f'span.{attributes.STAGE} =~ "{stages}"', also=_FOUND)


def contexts(config: Config) -> str:
    """Return what models were given, and how long the answers are."""
    given, made = attributes.RAG_CONTEXT_CHUNKS, attributes.RAG_ANSWER_LENGTH
    return _spans(config, f"(span.{given} >= 0 || span.{made} >= 0)", also=_GIVEN)


def agent_runs(config: Config) -> str:
    return _spans(config, _operation(attributes.INVOKE_AGENT), also=_RUN)


def tool_calls(config: Config) -> str:
    return _spans(config, _operation(attributes.EXECUTE_TOOL), also=_TOOL)


def failed_tools(config: Config) -> str:
    return _spans(config, _operation(attributes.EXECUTE_TOOL), "status = error", also=_TOOL)


def experiments(config: Config) -> str:
    """Return calls that took part in an experiment."""
    part = f'span.{attributes.EXPERIMENT} =~ "${{{labels.EXPERIMENT}:pipe}}"'
    return _spans(config, _INFERENCE, CHOSEN_MODELS, part, also=(attributes.VARIANT, *_CALL))


def told(config: Config, *conditions: str) -> str:
    """Return calls with who asked, and in which conversation."""
    also = (attributes.CONVERSATION_ID, attributes.USER_HASH, *_CALL)
    return _spans(config, _INFERENCE, *conditions, also=also)


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
    return _spans(config, _INFERENCE, CHOSEN_MODELS, *conditions)


def _answers(config: Config, *conditions: str) -> str:
    question = f'span.{attributes.STAGE} = "{attributes.QUESTION}"'
    workflow = _operation(attributes.INVOKE_WORKFLOW)
    return _spans(config, f"({question} || {workflow})", *conditions)


def _operation(name: str) -> str:
    return f'span.{attributes.OPERATION_NAME} = "{name}"'


def _spans(config: Config, *conditions: str, also: Sequence[str] = _CALL) -> str:
    service = f"resource.{attributes.SERVICE_NAME}"
    chosen = (f'{service} =~ "{_CHOSEN_SERVICES}"', f'{service} != "{config.excluded_service}"')
    # Without the hint, Tempo stops at the first matches that it meets, wherever they are in time.
    columns = ", ".join(("status", *(f"span.{name}" for name in also)))
    return (
        f"{{ {' && '.join((*chosen, *conditions))} }} | select({columns}) with (most_recent=true)"
    )
