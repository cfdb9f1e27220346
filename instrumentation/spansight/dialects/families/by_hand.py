"""Names that people give who write their spans themselves."""

from spansight.conventions import attributes as ours
from spansight.dialects.model import MILLISECONDS, Dialect, Operations, Row

_NUMBER = "Double({})"

LLM = Dialect(
    name="by-hand-llm",
    title="Hand-written `llm.*`",
    source="the names that most texts on LLM observability use",
    spoken=('span.attributes["llm.model"] != nil',),
    operations=(Operations("llm.model", {"*": ours.CHAT}),),
    rows=(
        Row(ours.REQUEST_MODEL, "llm.model"),
        Row(ours.PROVIDER_NAME, "llm.provider"),
        Row(ours.INPUT_TOKENS, "llm.input_tokens"),
        Row(ours.OUTPUT_TOKENS, "llm.output_tokens"),
        Row(ours.TIME_TO_FIRST_CHUNK, "llm.ttft_ms", MILLISECONDS),
        Row(ours.TOKENS_PER_SECOND, "llm.tps", _NUMBER),
        Row(ours.REQUEST_TEMPERATURE, "llm.temperature"),
        Row(ours.PROMPT_NAME, "llm.prompt_template"),
        Row(ours.FEATURE, "llm.feature"),
    ),
    costs=("llm.cost_usd",),
    drops=("llm.total_tokens",),
    renames=False,
)

RAG = Dialect(
    name="by-hand-rag",
    title="Hand-written `rag.*`",
    source="the names that most texts on LLM observability use",
    spoken=(
        'span.attributes["rag.num_results"] != nil',
        'span.attributes["rag.retrieval.num_results"] != nil',
    ),
    operations=(
        Operations("rag.num_results", {"*": ours.RETRIEVAL}),
        Operations("rag.retrieval.num_results", {"*": ours.RETRIEVAL}),
    ),
    rows=(
        Row(ours.RAG_RESULTS, "rag.num_results", "Int({})"),
        Row(ours.RAG_RESULTS, "rag.retrieval.num_results", "Int({})"),
        Row(ours.RAG_SCORE_MEAN, "rag.relevance_score", _NUMBER),
        Row(ours.RAG_SCORE_MEAN, "rag.retrieval.avg_score", _NUMBER),
        Row(ours.RAG_SCORE_MAX, "rag.retrieval.max_score", _NUMBER),
        Row(ours.RAG_SCORE_MIN, "rag.retrieval.min_score", _NUMBER),
    ),
    content=(r"rag\.query",),
    renames=False,
)
