"""Logfire and Pydantic AI: the conventions, with events, messages and usage in texts of JSON."""

from spansight.conventions import attributes as ours
from spansight.dialects.model import Dialect, Row, as_list, told

_USAGE = "gen_ai.usage.raw"
_DETAILS = "gen_ai.usage.details"
_CALLED = f'span.attributes["{ours.OPERATION_NAME}"]'
# What follows the answer of a stream, as a log would; it has the usage.
_FOLLOWS = (
    f'span.attributes["logfire.span_type"] == "log" and {_CALLED} != nil'
    ' and span.attributes["duration"] != nil'
)
_START = 'span.end_time_unix_nano - Int(Double(span.attributes["duration"]) * 1000000000.0)'
_FOLLOWED = (
    'HasPrefix(instrumentation_scope.name, "logfire.")'
    ' and span.attributes["logfire.span_type"] == "span"'
    f' and ({_CALLED} == "chat" or {_CALLED} == "text_completion")'
    f' and span.attributes["{ours.OUTPUT_TOKENS}"] == nil'
    f' and span.attributes["{ours.RESPONSE_ID}"] == nil'
    " and span.status.code != STATUS_CODE_ERROR"
)


def _row(here: str, name: str) -> Row:
    return Row(here, _USAGE, told(name), f'IsMatch({{}}, "{name}.: ?[0-9]")')


LOGFIRE = Dialect(
    name="logfire",
    title="Logfire and Pydantic AI",
    source="logfire 5.2.0 with openai and anthropic; pydantic-ai-slim 2.68.0",
    spoken=(
        f'span.attributes["logfire.json_schema"] != nil and {_CALLED} != nil',
        'instrumentation_scope.name == "pydantic-ai"',
    ),
    containers=_FOLLOWED,
    contains="invoke_agent; of a streamed call the span of the request, as the usage follows in one"
    " that ends with the stream",
    before=(
        f'set(span.attributes["{ours.REQUEST_STREAM}"], true) where {_FOLLOWS}',
        f"set(span.start_time_unix_nano, {_START}) where {_FOLLOWS}",
    ),
    rows=(
        as_list(ours.RESPONSE_FINISH_REASONS),
        _row(ours.CACHE_READ_TOKENS, "cached_tokens"),
        _row(ours.CACHE_READ_TOKENS, "cache_read_input_tokens"),
        _row(ours.CACHE_WRITE_TOKENS, "cache_creation_input_tokens"),
        _row(ours.REASONING_TOKENS, "reasoning_tokens"),
        Row(ours.REASONING_TOKENS, f"{_DETAILS}.reasoning_tokens"),
        Row(ours.CACHE_READ_TOKENS, f"{_DETAILS}.cached_tokens"),
        Row(ours.CACHE_READ_TOKENS, f"{_DETAILS}.cache_read_input_tokens"),
        Row(ours.CACHE_WRITE_TOKENS, f"{_DETAILS}.cache_creation_input_tokens"),
        Row(ours.AGENT_NAME, "agent_name"),
        Row(ours.REQUEST_MODEL, "model_name"),
    ),
    costs=("operation.cost",),
    drops=("gen_ai.system",),
    content=(
        r"request_data|response_data|events|all_messages_events|pydantic_ai\.all_messages",
        r"final_result|tool_arguments|tool_response|model_request_parameters",
    ),
)
