"""What came before the current conventions, and what their own speakers still add."""

from spansight.conventions import attributes as ours
from spansight.dialects.model import Dialect, Operations, Row

_OPERATIONS = {"embedding": ours.EMBEDDINGS, "interactions.create": "generate_content"}
"""Names that some still give, or have invented: the latter for Gemini's interactions."""

# Attributes that the conventions renamed or gave up; versions are of the semantic conventions.
EARLIER = Dialect(
    name="earlier",
    title="Earlier OpenTelemetry conventions",
    source="semantic conventions 1.27 to 1.41, deprecated attributes; genai-openai, -anthropic,"
    " -bedrock and google-genai 1.3b0 speak the current ones, but for Gemini's interactions",
    # Every lookup is a tenth of a microsecond on each span: the other names come with one of these.
    spoken=(
        'span.attributes["gen_ai.system"] != nil',
        'span.attributes["gen_ai.usage.prompt_tokens"] != nil',
        'span.attributes["gen_ai.usage.cache_creation.input_tokens"] != nil',
        'span.attributes["gen_ai.usage.reasoning_tokens"] != nil',
        'span.attributes["gen_ai.client.operation.time_to_first_chunk"] != nil',
        'span.attributes["gen_ai.request.top_k"] != nil',
        *(f'span.attributes["{ours.OPERATION_NAME}"] == "{name}"' for name in _OPERATIONS),
    ),
    operations=(Operations(ours.OPERATION_NAME, _OPERATIONS, overrules=True),),
    contains="invoke_agent, invoke_workflow and create_agent are no calls to a model",
    rows=(
        Row(ours.PROVIDER_NAME, "gen_ai.system", when='{} != ""'),
        Row(ours.INPUT_TOKENS, "gen_ai.usage.prompt_tokens"),
        Row(ours.OUTPUT_TOKENS, "gen_ai.usage.completion_tokens"),
        Row(ours.CACHE_READ_TOKENS, "gen_ai.usage.cache_read_input_tokens"),
        Row(ours.CACHE_WRITE_TOKENS, "gen_ai.usage.cache_creation.input_tokens"),
        Row(ours.CACHE_WRITE_TOKENS, "gen_ai.usage.cache_creation_input_tokens"),
        Row(ours.REASONING_TOKENS, "gen_ai.usage.reasoning_tokens"),
        Row(ours.TIME_TO_FIRST_CHUNK, "gen_ai.client.operation.time_to_first_chunk"),
        Row(
            ours.RETRIEVAL_TOP_K,
            "gen_ai.request.top_k",
            when=f'span.attributes["{ours.OPERATION_NAME}"] == "{ours.RETRIEVAL}"',
            keeps=True,
        ),
    ),
    costs=("gen_ai.usage.cost.amount", "gen_ai.usage.cost"),
    content=(r"gen_ai\.(prompt|completion)(\.\d+\..*)?",),
    renames=False,
)
