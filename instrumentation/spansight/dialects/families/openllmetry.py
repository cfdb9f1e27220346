"""OpenLLMetry: Traceloop's instrumentations, half-way to the conventions."""

from spansight.conventions import attributes as ours
from spansight.dialects.model import TRUE, Dialect, Operations, Row

_KIND = "traceloop.span.kind"
_BASE = "gen_ai.openai.api_base"
_ASSOCIATION = "traceloop.association.properties"
# Its scopes and those of OpenTelemetry's own instrumentors begin alike.
_SCOPE = 'HasPrefix(instrumentation_scope.name, "opentelemetry.instrumentation.")'
_OFFICIAL = 'HasPrefix(instrumentation_scope.name, "opentelemetry.instrumentation.genai.")'
_IS_OK = "span.status.code == STATUS_CODE_OK"

OPENLLMETRY = Dialect(
    name="openllmetry",
    title="OpenLLMetry",
    source="opentelemetry-instrumentation-openai, -anthropic and -langchain 0.62.4",
    spoken=(
        'span.attributes["gen_ai.is_streaming"] != nil',
        f'span.attributes["{_KIND}"] != nil',
        'span.attributes["llm.request.type"] != nil',
        f'{_SCOPE} and span.attributes["{ours.OPERATION_NAME}"] != nil and not {_OFFICIAL}',
    ),
    operations=(
        Operations(
            "llm.request.type",
            {"chat": ours.CHAT, "completion": "text_completion", "embedding": ours.EMBEDDINGS},
        ),
        Operations(_KIND, {"tool": ours.EXECUTE_TOOL, "agent": ours.INVOKE_AGENT}),
        # LangGraph's outer span is the agent; the workflow inside it would be counted as another.
        Operations(_KIND, {"workflow": ours.INVOKE_WORKFLOW}, overrules=True),
        Operations(ours.OPERATION_NAME, {"vector_db_retrieve": ours.RETRIEVAL}, overrules=True),
    ),
    contains="agent and workflow spans repeat their calls; a task is no operation",
    rows=(
        Row(
            ours.TOOL_NAME,
            "traceloop.entity.name",
            when=f'span.attributes["{_KIND}"] == "tool"',
            keeps=True,
        ),
        Row(
            ours.AGENT_NAME,
            "traceloop.entity.name",
            when=f'span.attributes["{_KIND}"] == "agent"',
            keeps=True,
        ),
        Row(ours.WORKFLOW_NAME, "traceloop.workflow.name", when='{} != ""', keeps=True),
        Row(ours.CONVERSATION_ID, f"{_ASSOCIATION}.session_id"),
        Row(ours.PROMPT_NAME, "traceloop.prompt.key"),
        Row(ours.PROMPT_VERSION, "traceloop.prompt.version"),
        Row(ours.REQUEST_STREAM, "gen_ai.is_streaming", TRUE, "{} == true"),
        Row(ours.REQUEST_STREAM, "llm.is_streaming", TRUE, '{} == true or {} == "True"'),
        Row(
            ours.SERVER_PORT,
            _BASE,
            'Int(ExtractPatterns({}, ":(?P<port>[0-9]+)(/|$)")["port"])',
            'IsMatch({}, ":[0-9]+(/|$)")',
        ),
        Row(ours.SERVER_ADDRESS, _BASE, 'URL({})["url.domain"]'),
    ),
    drops=("gen_ai.usage.total_tokens", "llm.usage.total_tokens"),
    before=(
        # It marks every stream that it saw the end of OK, cut ones too.
        f"set(span.status.code, STATUS_CODE_UNSET) where {_SCOPE} and {_IS_OK}",
    ),
    content=(
        r"traceloop\.entity\.(input|output)|gen_ai\.task\.(input|output)",
        r"traceloop\.prompt\.(template|template_variables)(\..*)?",
        r"gen_ai\.(prompt|completion)(\.\d+\..*)?|gen_ai\.headers",
        r"llm\.(headers|prompts|completions|chat\.messages)(\..*)?",
    ),
)
