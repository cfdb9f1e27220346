"""LiteLLM: the spans of its library and of its proxy."""

from spansight.conventions import attributes as ours
from spansight.dialects.model import TRUE, Dialect, Operations, Row, as_list, told

_USAGE = "metadata.usage_object"

LITELLM = Dialect(
    name="litellm",
    title="LiteLLM",
    source="litellm 1.106.2, callback `otel`",
    spoken=('instrumentation_scope.name == "litellm"',),
    operations=(
        Operations(
            ours.OPERATION_NAME,
            {
                "completion": ours.CHAT,
                "acompletion": ours.CHAT,
                "embedding": ours.EMBEDDINGS,
                "aembedding": ours.EMBEDDINGS,
            },
            overrules=True,
        ),
    ),
    contains="raw_gen_ai_request, inside each call, holds the bytes that went to the provider",
    rows=(
        as_list(ours.RESPONSE_FINISH_REASONS),
        Row(ours.PROVIDER_NAME, "gen_ai.system", when='{} != ""'),
        Row(
            ours.PROVIDER_NAME,
            "litellm.provider.model",
            'Split({}, "/")[0]',
            'IsMatch({}, "/")',
            keeps=True,
        ),
        Row(ours.REQUEST_STREAM, "llm.is_streaming", TRUE, '{} == "True" or {} == true'),
        Row(
            ours.CACHE_READ_TOKENS,
            _USAGE,
            told("cached_tokens"),
            'IsMatch({}, "cached_tokens.: ?[0-9]")',
        ),
        Row(
            ours.CACHE_WRITE_TOKENS,
            _USAGE,
            told("cache_creation_input_tokens"),
            'IsMatch({}, "cache_creation_input_tokens.: ?[0-9]")',
        ),
        Row(
            ours.REASONING_TOKENS,
            _USAGE,
            told("reasoning_tokens"),
            'IsMatch({}, "reasoning_tokens.: ?[0-9]")',
        ),
        # The proxy knows the team by its key.
        Row(ours.TEAM, "metadata.user_api_key_team_alias", when='{} != ""', keeps=True),
    ),
    costs=("gen_ai.cost.total_cost",),
    drops=("gen_ai.usage.total_tokens", "llm.is_streaming", "llm.request.type"),
    # The names of the providers stand in those of the attributes: `llm.openai.messages`.
    content=(r"hidden_params|metadata\.requester_custom_headers|llm\..*",),
)
