"""Span and event attribute names: GenAI semantic conventions first, ours prefixed ``spansight.``.

The conventions are "Development" and their Python constants lag behind (0.66b2 has no
``cache_write``), so the names are spelled out here and a test compares them with the constants.
"""

from dataclasses import dataclass
from typing import Final, Literal

SERVICE_NAME: Final = "service.name"
SERVICE_INSTANCE_ID: Final = "service.instance.id"
DEPLOYMENT_ENVIRONMENT_NAME: Final = "deployment.environment.name"
ERROR_TYPE: Final = "error.type"
SERVER_ADDRESS: Final = "server.address"
SERVER_PORT: Final = "server.port"
EXCEPTION_TYPE: Final = "exception.type"
EXCEPTION_MESSAGE: Final = "exception.message"
EXCEPTION_STACKTRACE: Final = "exception.stacktrace"

OPERATION_NAME: Final = "gen_ai.operation.name"
PROVIDER_NAME: Final = "gen_ai.provider.name"
REQUEST_MODEL: Final = "gen_ai.request.model"
REQUEST_STREAM: Final = "gen_ai.request.stream"
REQUEST_TEMPERATURE: Final = "gen_ai.request.temperature"
REQUEST_MAX_TOKENS: Final = "gen_ai.request.max_tokens"
REQUEST_SEED: Final = "gen_ai.request.seed"
REQUEST_STOP_SEQUENCES: Final = "gen_ai.request.stop_sequences"
REQUEST_CHOICE_COUNT: Final = "gen_ai.request.choice.count"
REQUEST_ENCODING_FORMATS: Final = "gen_ai.request.encoding_formats"
REQUEST_REASONING_LEVEL: Final = "gen_ai.request.reasoning.level"
OUTPUT_TYPE: Final = "gen_ai.output.type"
RESPONSE_MODEL: Final = "gen_ai.response.model"
RESPONSE_ID: Final = "gen_ai.response.id"
RESPONSE_FINISH_REASONS: Final = "gen_ai.response.finish_reasons"
TIME_TO_FIRST_CHUNK: Final = "gen_ai.response.time_to_first_chunk"
OPENAI_SYSTEM_FINGERPRINT: Final = "openai.response.system_fingerprint"
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
CACHE_READ_TOKENS: Final = "gen_ai.usage.cache_read.input_tokens"
CACHE_WRITE_TOKENS: Final = "gen_ai.usage.cache_write.input_tokens"
REASONING_TOKENS: Final = "gen_ai.usage.reasoning.output_tokens"
CONVERSATION_ID: Final = "gen_ai.conversation.id"
PROMPT_NAME: Final = "gen_ai.prompt.name"
PROMPT_VERSION: Final = "gen_ai.prompt.version"
AGENT_NAME: Final = "gen_ai.agent.name"
TOOL_NAME: Final = "gen_ai.tool.name"
TOOL_TYPE: Final = "gen_ai.tool.type"
TOOL_DESCRIPTION: Final = "gen_ai.tool.description"
TOOL_CALL_ID: Final = "gen_ai.tool.call.id"
WORKFLOW_NAME: Final = "gen_ai.workflow.name"
EMBEDDINGS_DIMENSIONS: Final = "gen_ai.embeddings.dimension.count"
DATA_SOURCE_ID: Final = "gen_ai.data_source.id"
RETRIEVAL_TOP_K: Final = "gen_ai.retrieval.top_k"
RETRIEVAL_QUERY_TEXT: Final = "gen_ai.retrieval.query.text"
RETRIEVAL_DOCUMENTS: Final = "gen_ai.retrieval.documents"

INPUT_MESSAGES: Final = "gen_ai.input.messages"
OUTPUT_MESSAGES: Final = "gen_ai.output.messages"
SYSTEM_INSTRUCTIONS: Final = "gen_ai.system_instructions"
TOOL_DEFINITIONS: Final = "gen_ai.tool.definitions"
TOOL_CALL_ARGUMENTS: Final = "gen_ai.tool.call.arguments"
TOOL_CALL_RESULT: Final = "gen_ai.tool.call.result"

EVALUATION_NAME: Final = "gen_ai.evaluation.name"
EVALUATION_SCORE: Final = "gen_ai.evaluation.score.value"
EVALUATION_LABEL: Final = "gen_ai.evaluation.score.label"
EVALUATION_EXPLANATION: Final = "gen_ai.evaluation.explanation"

USER_HASH: Final = "user.hash"
TEAM_RESOURCE: Final = "team"
EVENT_NAME: Final = "event_name"

FEATURE: Final = "spansight.feature"
TEAM: Final = "spansight.team"
PIPELINE: Final = "spansight.pipeline"
EXPERIMENT: Final = "spansight.experiment"
VARIANT: Final = "spansight.variant"
STAGE: Final = "spansight.stage"
SYNTHETIC: Final = "spansight.synthetic"
NESTED: Final = "spansight.nested"
KEEP: Final = "spansight.keep"
EVALUATION_LOWEST: Final = "spansight.evaluation.lowest"
UNFINISHED: Final = "spansight.unfinished"
SERVICE_TIER: Final = "spansight.service_tier"
CACHE_WRITE_1H_TOKENS: Final = "spansight.usage.cache_write_1h.input_tokens"
CONTENT_REMOVED: Final = "spansight.content.removed"
BODY_BYTES: Final = "spansight.body.bytes"
ATTRIBUTES_CUT: Final = "spansight.attributes.cut"
COST_USD: Final = "spansight.cost.usd"
COST_STATUS: Final = "spansight.cost.status"
COST_INPUT_USD: Final = "spansight.cost.input_usd"
COST_CACHE_READ_USD: Final = "spansight.cost.cache_read_usd"
COST_CACHE_WRITE_USD: Final = "spansight.cost.cache_write_usd"
COST_OUTPUT_USD: Final = "spansight.cost.output_usd"
COST_PRICES_DATE: Final = "spansight.cost.prices_date"
TOKENS_PER_SECOND: Final = "spansight.tokens_per_second"
EVALUATOR: Final = "spansight.evaluator"
JUDGE_MODEL: Final = "spansight.judge.model"
PROMPT_HASH: Final = "spansight.prompt.hash"
RATING: Final = "spansight.rating"
THUMB: Final = "spansight.thumb"
RAG_RESULTS: Final = "spansight.rag.retrieval.results"
RAG_SCORE_MEAN: Final = "spansight.rag.retrieval.score.mean"
RAG_SCORE_MAX: Final = "spansight.rag.retrieval.score.max"
RAG_SCORE_MIN: Final = "spansight.rag.retrieval.score.min"
RAG_CONTEXT_CHUNKS: Final = "spansight.rag.context.chunks"
RAG_CONTEXT_TOKENS: Final = "spansight.rag.context.tokens"
RAG_CONTEXT_CHUNK_TOKENS: Final = "spansight.rag.context.chunk_tokens"
RAG_RERANK_TOP_N: Final = "spansight.rag.rerank.top_n"
RAG_ANSWER_LENGTH: Final = "spansight.rag.answer.length"
RAG_FORMAT: Final = "spansight.rag.format"
AGENT_ITERATIONS: Final = "spansight.agent.iterations"
AGENT_TOOL_CALLS: Final = "spansight.agent.tool_calls"
AGENT_RETRIES: Final = "spansight.agent.retries"
TOOL_ATTEMPT: Final = "spansight.tool.attempt"

REQUEST_NUMBERS: Final = (
    "gen_ai.request.max_tokens",
    "gen_ai.request.top_p",
    "gen_ai.request.top_k",
    "gen_ai.request.frequency_penalty",
    "gen_ai.request.presence_penalty",
    "gen_ai.request.choice.count",
    "gen_ai.request.seed",
    "gen_ai.embeddings.dimension.count",
)
"""What requests ask for in numbers, and we store without a look."""

CONTENT: Final = (
    SYSTEM_INSTRUCTIONS,
    INPUT_MESSAGES,
    OUTPUT_MESSAGES,
    TOOL_DEFINITIONS,
    TOOL_CALL_ARGUMENTS,
    TOOL_CALL_RESULT,
    RETRIEVAL_QUERY_TEXT,
    RETRIEVAL_DOCUMENTS,
)
"""What people and models wrote: never on spans that leave the Collector, never on metrics."""

INFERENCE_OPERATIONS: Final = ("chat", "text_completion", "generate_content", "embeddings")
"""Operations of a leaf call to a model: only these carry tokens and cost into metrics."""

CHAT: Final = "chat"
EMBEDDINGS: Final = "embeddings"
RETRIEVAL: Final = "retrieval"
EXECUTE_TOOL: Final = "execute_tool"
INVOKE_AGENT: Final = "invoke_agent"
INVOKE_WORKFLOW: Final = "invoke_workflow"

SYNTHETIC_SERVICE: Final = "spansight-doctor"
"""Service of the doctor's synthetic call: stored like any other, left out of boards and alerts."""

CostStatus = Literal["priced", "reported", "free", "unknown_model", "unknown_usage"]
Evaluator = Literal["heuristic", "classifier", "nli", "judge", "ragas", "human"]
Thumb = Literal["up", "down"]

QUESTION: Final = "user_query"
"""Name of the stage around everything that is done for one question of a user."""

STAGE_LABELS: Final = {
    "embedding": "embed",
    "vector_search": "search",
    "reranking": "rerank",
    "rag_retrieval": "total",
}
"""Stage span name → value of the label ``stage`` of ``rag_retrieval_latency_seconds``."""

RAG_OBSERVED: Final = {
    RAG_RESULTS: "rag.retrieval.num_results",
    RAG_SCORE_MEAN: "rag.retrieval.avg_score",
    RAG_SCORE_MAX: "rag.retrieval.max_score",
    RAG_SCORE_MIN: "rag.retrieval.min_score",
    RAG_CONTEXT_CHUNKS: "rag.context.num_chunks",
    RAG_CONTEXT_TOKENS: "rag.context.total_tokens",
    RAG_CONTEXT_CHUNK_TOKENS: "rag.context.avg_chunk_tokens",
    RAG_ANSWER_LENGTH: "rag.generation.answer_length",
    "recall": "rag.retrieval.recall",
    "precision": "rag.retrieval.precision",
    "faithfulness": "rag.generation.faithfulness",
}
"""Our name → the one under which a hand-written observer of RAG hands the same to its client."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one of our own attributes holds: the row of the reference page."""

    type: Literal["string", "double", "int", "boolean"]
    unit: str
    text: str


OURS: Final[dict[str, Meaning]] = {
    FEATURE: Meaning(
        "string", "", "the product feature that spends: context, baggage, or SPANSIGHT_FEATURE"
    ),
    TEAM: Meaning(
        "string",
        "",
        "the team that spends: context, baggage, SPANSIGHT_TEAM, or the resource's `team`",
    ),
    PIPELINE: Meaning("string", "", "the RAG pipeline; the service name when unset"),
    EXPERIMENT: Meaning("string", "", "the A/B test the call takes part in"),
    VARIANT: Meaning("string", "", "the arm of that test"),
    STAGE: Meaning("string", "", "the application step a span stands for, such as `rag_retrieval`"),
    NESTED: Meaning(
        "boolean",
        "",
        "true on a call that the span around it tells already, and on an answer from a framework's "
        "cache; neither is counted",
    ),
    KEEP: Meaning("boolean", "", "true on a span whose trace sampling must keep"),
    EVALUATION_LOWEST: Meaning(
        "double",
        "1",
        "the worst score recorded while the span was open; toxicity and the like as 1 - score",
    ),
    SYNTHETIC: Meaning("boolean", "", "true on the call that `spansight doctor` sends"),
    UNFINISHED: Meaning(
        "boolean", "", "true on a call or stage that was open when its process ended"
    ),
    SERVICE_TIER: Meaning(
        "string",
        "",
        "how fast and at which price a call was served: batch, flex, priority, fast, …",
    ),
    CACHE_WRITE_1H_TOKENS: Meaning(
        "int", "{token}", "the part of the cache writes that the provider keeps an hour"
    ),
    CONTENT_REMOVED: Meaning(
        "int", "1", "attributes with content that the Collector took off this span"
    ),
    BODY_BYTES: Meaning("int", "By", "length of an event's body before the Collector cut it"),
    ATTRIBUTES_CUT: Meaning(
        "boolean", "", "true on an event, span or resource whose attributes the Collector cut"
    ),
    COST_USD: Meaning("double", "USD", "cost of this call; absent when it is unknown"),
    COST_STATUS: Meaning("string", "", "priced, reported, free, unknown_model or unknown_usage"),
    COST_INPUT_USD: Meaning("double", "USD", "the part of the cost for uncached input"),
    COST_CACHE_READ_USD: Meaning(
        "double", "USD", "the part for input read from the provider's cache"
    ),
    COST_CACHE_WRITE_USD: Meaning(
        "double", "USD", "the part for input written to the provider's cache"
    ),
    COST_OUTPUT_USD: Meaning("double", "USD", "the part for output, reasoning included"),
    COST_PRICES_DATE: Meaning("string", "", "the date of the price table that priced this call"),
    TOKENS_PER_SECOND: Meaning(
        "double",
        "1/s",
        "output tokens ÷ (duration - time to first chunk) for streams, ÷ duration otherwise",
    ),
    EVALUATOR: Meaning(
        "string", "", "who judged: heuristic, classifier, nli, judge, ragas or human"
    ),
    JUDGE_MODEL: Meaning(
        "string", "", "the model that judged; the one that is judged is on the span"
    ),
    PROMPT_HASH: Meaning(
        "string", "", "of all that a judge is told, but for the case: another prompt, another hash"
    ),
    RATING: Meaning("double", "1", "a user's rating from 1 to 5"),
    THUMB: Meaning("string", "", "a user's thumb, up or down; never turned into a rating"),
    RAG_RESULTS: Meaning("int", "1", "results that the search returned"),
    RAG_SCORE_MEAN: Meaning("double", "1", "mean relevance score of the results"),
    RAG_SCORE_MAX: Meaning("double", "1", "highest relevance score of the results"),
    RAG_SCORE_MIN: Meaning("double", "1", "lowest relevance score of the results"),
    RAG_CONTEXT_CHUNKS: Meaning("int", "1", "chunks given to the model"),
    RAG_CONTEXT_TOKENS: Meaning("int", "1", "tokens of those chunks"),
    RAG_CONTEXT_CHUNK_TOKENS: Meaning("double", "1", "mean tokens of one of those chunks"),
    RAG_RERANK_TOP_N: Meaning("int", "1", "results kept by the reranker"),
    RAG_ANSWER_LENGTH: Meaning("int", "1", "characters of the answer"),
    RAG_FORMAT: Meaning("string", "", "format of the finished answer, such as `markdown`"),
    AGENT_ITERATIONS: Meaning("int", "1", "calls to a model that an agent made"),
    AGENT_TOOL_CALLS: Meaning("int", "1", "tools that an agent called"),
    AGENT_RETRIES: Meaning("int", "1", "of those, the ones called again after they had failed"),
    TOOL_ATTEMPT: Meaning("int", "1", "which attempt of its agent at a tool that failed before"),
}
