"""OpenInference: attributes and span kinds of Arize's instrumentations."""

from spansight.conventions import attributes as ours
from spansight.dialects.model import LISTED, TRUE, Dialect, Operations, Row

_KIND = "openinference.span.kind"
_PROMPT = "llm.token_count.prompt_details"
_COMPLETION = "llm.token_count.completion_details"
# One attribute a document and field: those with the text are as many as the documents.
_DOCUMENTS = 'span.cache["documents"]'
_TEXT_OF_A_DOCUMENT = r'"^retrieval\\.documents\\.\\d+\\.document\\.content$"'
_RETRIEVES = (
    f'span.attributes["{_KIND}"] == "RETRIEVER" and span.attributes["{ours.RAG_RESULTS}"] == nil'
)

OPENINFERENCE = Dialect(
    name="openinference",
    title="OpenInference",
    source="openinference-instrumentation-openai 0.1.66, -anthropic 3.1.0, -langchain 0.1.80",
    spoken=(f'span.attributes["{_KIND}"] != nil',),
    operations=(
        Operations(
            _KIND,
            {
                "LLM": ours.CHAT,
                "EMBEDDING": ours.EMBEDDINGS,
                "RETRIEVER": ours.RETRIEVAL,
                "TOOL": ours.EXECUTE_TOOL,
                "AGENT": ours.INVOKE_AGENT,
            },
        ),
    ),
    contains="CHAIN, GUARDRAIL, EVALUATOR and PROMPT are no operations; AGENT repeats its calls",
    rows=(
        Row(ours.STAGE, _KIND, '"reranking"', '{} == "RERANKER"', keeps=True),
        Row(ours.PROVIDER_NAME, "llm.provider"),
        Row(ours.PROVIDER_NAME, "llm.system"),
        Row(ours.REQUEST_MODEL, "llm.request.model_name"),
        Row(ours.REQUEST_MODEL, "llm.model_name"),
        Row(ours.REQUEST_MODEL, "embedding.model_name"),
        Row(ours.REQUEST_MODEL, "reranker.model_name"),
        Row(ours.RESPONSE_MODEL, "llm.response.model_name"),
        Row(ours.RESPONSE_FINISH_REASONS, "llm.finish_reason", LISTED),
        Row(
            ours.REQUEST_STREAM,
            "llm.invocation_parameters",
            TRUE,
            'IsMatch({}, ".stream.: ?true")',
            keeps=True,
        ),
        Row(ours.INPUT_TOKENS, "llm.token_count.prompt"),
        Row(ours.OUTPUT_TOKENS, "llm.token_count.completion"),
        Row(ours.CACHE_READ_TOKENS, f"{_PROMPT}.cache_read"),
        Row(ours.CACHE_WRITE_TOKENS, f"{_PROMPT}.cache_write"),
        Row(ours.REASONING_TOKENS, f"{_COMPLETION}.reasoning"),
        Row(ours.CONVERSATION_ID, "session.id"),
        Row(ours.TOOL_NAME, "tool.name"),
        Row(ours.AGENT_NAME, "agent.name"),
        Row(ours.PROMPT_VERSION, "llm.prompt_template.version"),
        Row(ours.RAG_RERANK_TOP_N, "reranker.top_k"),
    ),
    before=(
        f"set({_DOCUMENTS}, span.attributes) where {_RETRIEVES}",
        f"keep_matching_keys({_DOCUMENTS}, {_TEXT_OF_A_DOCUMENT}) where {_RETRIEVES}",
        f'set(span.attributes["{ours.RAG_RESULTS}"], Len({_DOCUMENTS})) where {_RETRIEVES}',
    ),
    costs=("llm.cost.total",),
    drops=("llm.token_count.total",),
    content=(
        r"(input|output)\.(value|mime_type)",
        r"llm\.(input_messages|output_messages|prompts|choices)(\..*)?",
        r"llm\.(tools|functions|function_call)(\..*)?",
        r"llm\.(invocation_parameters|prompt_template\.(template|variables))",
        r"embedding\.(embeddings|invocation_parameters|text|vector)(\..*)?",
        r"(retrieval\.documents|reranker\.(query|input_documents|output_documents))(\..*)?",
        r"document\.(content|metadata)|tool\.(parameters|json_schema)|tool_call\.function\.arguments",
    ),
)
