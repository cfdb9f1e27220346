"""OpenLIT: near the conventions, with many names of its own."""

from spansight.conventions import attributes as ours
from spansight.dialects.model import Dialect, Row

_COST = '"gen_ai.usage.cost"'
_IS_0 = f"span.attributes[{_COST}] != nil and Double(span.attributes[{_COST}]) == 0.0"
_STREAM = f'span.attributes["{ours.REQUEST_STREAM}"]'

OPENLIT = Dialect(
    name="openlit",
    title="OpenLIT",
    source="openlit 1.45.0 with openai 2.54.0 and anthropic 0.125.0",
    spoken=('HasPrefix(instrumentation_scope.name, "openlit.")',),
    contains="framework spans name an operation of their own, such as invoke_agent",
    rows=(
        Row(ours.CACHE_WRITE_TOKENS, "gen_ai.usage.cache_creation.input_tokens"),
        # A plain answer has it too, where it is the time to the whole.
        Row(
            ours.TIME_TO_FIRST_CHUNK,
            "gen_ai.server.time_to_first_token",
            when=f"{_STREAM} == true",
        ),
    ),
    before=(
        # A model that is not in its list costs it 0, which would read as free.
        f"delete_key(span.attributes, {_COST}) where {_IS_0}",
        f'delete_key(span.attributes, "{ours.REQUEST_STREAM}") where {_STREAM} == false',
    ),
    additive=f'span.attributes["{ours.PROVIDER_NAME}"] == "anthropic"',
    costs=("gen_ai.usage.cost",),
    drops=("gen_ai.client.token.usage", "gen_ai.server.time_per_output_token"),
)
