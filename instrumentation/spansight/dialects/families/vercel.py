"""Vercel's AI SDK: `ai.*` up to version 6, and what version 7 adds to the conventions."""

from spansight.conventions import attributes as ours
from spansight.dialects.model import MILLISECONDS, TRUE, Dialect, Operations, Row, told

_OPERATION = "ai.operationId"
_PROVIDER = "ai.model.provider"
_METADATA = "ai.response.providerMetadata"
_ANTHROPIC = f'HasPrefix(span.attributes["{_PROVIDER}"], "anthropic")'

VERCEL = Dialect(
    name="vercel",
    title="Vercel AI SDK",
    source="ai 5.0.277 and 6.0.326 with @ai-sdk/openai and @ai-sdk/anthropic",
    spoken=(f'span.attributes["{_OPERATION}"] != nil',),
    operations=(
        Operations(
            _OPERATION,
            {
                "ai.generateText.doGenerate": ours.CHAT,
                "ai.streamText.doStream": ours.CHAT,
                "ai.generateObject.doGenerate": ours.CHAT,
                "ai.streamObject.doStream": ours.CHAT,
                "ai.embed.doEmbed": ours.EMBEDDINGS,
                "ai.embedMany.doEmbed": ours.EMBEDDINGS,
                "ai.toolCall": ours.EXECUTE_TOOL,
                # Version 7 calls them so too.
                "ai.generateText": ours.INVOKE_AGENT,
                "ai.streamText": ours.INVOKE_AGENT,
                "ai.generateObject": ours.INVOKE_AGENT,
                "ai.streamObject": ours.INVOKE_AGENT,
            },
        ),
    ),
    contains="ai.generateText, ai.streamText, ai.generateObject, ai.streamObject, ai.embed and"
    " ai.embedMany repeat the usage of their leaves, whose names end in .doGenerate, .doStream or"
    " .doEmbed",
    rows=(
        Row(ours.PROVIDER_NAME, _PROVIDER, '"gcp.vertex_ai"', 'HasPrefix({}, "google.vertex")'),
        Row(ours.PROVIDER_NAME, _PROVIDER, 'Split({}, ".")[0]'),
        Row(ours.REQUEST_MODEL, "ai.model.id"),
        Row(ours.RESPONSE_MODEL, "ai.response.model"),
        Row(ours.RESPONSE_ID, "ai.response.id"),
        Row(
            ours.TIME_TO_FIRST_CHUNK,
            "ai.response.msToFirstChunk",
            MILLISECONDS,
        ),
        Row(
            ours.REQUEST_STREAM,
            _OPERATION,
            TRUE,
            'HasSuffix({}, ".doStream")',
            keeps=True,
        ),
        Row(ours.INPUT_TOKENS, "ai.usage.inputTokens"),
        Row(ours.INPUT_TOKENS, "ai.usage.promptTokens"),
        Row(ours.INPUT_TOKENS, "ai.usage.tokens"),
        Row(ours.OUTPUT_TOKENS, "ai.usage.outputTokens"),
        Row(ours.OUTPUT_TOKENS, "ai.usage.completionTokens"),
        Row(ours.CACHE_READ_TOKENS, "ai.usage.cachedInputTokens"),
        Row(ours.CACHE_READ_TOKENS, "ai.usage.inputTokenDetails.cacheReadTokens"),
        Row(
            ours.CACHE_READ_TOKENS,
            _METADATA,
            told("cache_read_input_tokens"),
            'IsMatch({}, "cache_read_input_tokens")',
            keeps=True,
        ),
        Row(ours.CACHE_WRITE_TOKENS, "ai.usage.inputTokenDetails.cacheWriteTokens"),
        Row(
            ours.CACHE_WRITE_TOKENS,
            _METADATA,
            told("cache_creation_input_tokens"),
            'IsMatch({}, "cache_creation_input_tokens")',
            keeps=True,
        ),
        Row(ours.REASONING_TOKENS, "ai.usage.reasoningTokens"),
        Row(ours.REASONING_TOKENS, "ai.usage.outputTokenDetails.reasoningTokens"),
        Row(ours.TOOL_NAME, "ai.toolCall.name"),
        Row(ours.TOOL_CALL_ID, "ai.toolCall.id"),
        Row(
            ours.AGENT_NAME,
            "ai.telemetry.functionId",
            when=f'span.attributes["{ours.OPERATION_NAME}"] == "{ours.INVOKE_AGENT}"',
            keeps=True,
        ),
    ),
    # Version 6 made the input inclusive, and is known by the details it reports.
    additive=f'{_ANTHROPIC} and span.attributes["ai.usage.inputTokenDetails.noCacheTokens"] == nil',
    drops=(
        "gen_ai.system",
        "ai.usage.totalTokens",
        "ai.response.avgOutputTokensPerSecond",
        "ai.usage.inputTokenDetails.noCacheTokens",
        "ai.usage.outputTokenDetails.textTokens",
    ),
    content=(
        r"ai\.prompt(\..*)?|ai\.(value|values|embedding|embeddings)|ai\.schema(\..*)?",
        r"ai\.response\.(text|reasoning|object|toolCalls|files|sources)",
        r"ai\.(result\.)?(text|object|toolCalls)",
        r"ai\.toolCall\.(args|result|input|output)|ai\.request\.headers\..*",
    ),
)

VERCEL_7 = Dialect(
    name="vercel-7",
    title="Vercel AI SDK 7",
    source="ai 7.0.173 with @ai-sdk/otel 1.0.173",
    spoken=('instrumentation_scope.name == "gen_ai"',),
    contains="invoke_agent and agent_step; an embeddings span without usage contains the one with",
    containers=f'span.attributes["{ours.OPERATION_NAME}"] == "embeddings" and'
    f' span.attributes["{ours.INPUT_TOKENS}"] == nil and span.status.code != STATUS_CODE_ERROR',
    rows=(
        Row(
            ours.REQUEST_STREAM,
            "gen_ai.client.operation.time_to_first_chunk",
            TRUE,
            keeps=True,
        ),
    ),
    drops=("gen_ai.client.operation.duration", "gen_ai.execute_tool.duration"),
)
