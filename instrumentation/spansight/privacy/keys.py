"""What an attribute's name says about its value, whatever stands in it.  Data, for both sides."""

from typing import Final

from spansight.conventions import attributes

SENSITIVE: Final = (
    r"(?i)(?:^|[._-])(?:(?:proxy-)?authorization|(?:set-)?cookies?|headers|(?:x-)?(?:goog-)?api[_-]?key"
    r"|(?:access|auth|refresh|session)[_-]?token|client[_-]?secret|secret(?:[_-]?access)?[_-]?key"
    r"|private[_-]?key|passw(?:or)?d|passphrase|credentials?)$"
)
"""Attributes of such a name are removed: the value alone would not show what it is."""

FOREIGN_CONTENT: Final = (
    r"gen_ai\.(prompt|completion)(\.\d+\..*)?",
    r"gen_ai\.(headers|user)",
    r"gen_ai\.evaluation\.explanation",
    r"llm\.(headers|user|prompts|completions|tools|functions|invocation_parameters)(\..*)?",
    r"llm\.(input_messages|output_messages|prompt_template\.(template|variables))(\..*)?",
    r"(input|output)\.(value|mime_type)",
    r"(embedding\.embeddings|retrieval\.documents)(\..*)?",
    r"reranker\.(query|(input|output)_documents)(\..*)?",
    r"traceloop\.entity\.(input|output)",
    r"(tool\.parameters|tool\.json_schema|rag\.query)",
)
"""What people and models wrote, in the words of OpenLLMetry, OpenInference and earlier."""

MEASURED: Final = (
    attributes.REQUEST_STREAM,
    attributes.REQUEST_TEMPERATURE,
    *attributes.REQUEST_NUMBERS,
    attributes.TIME_TO_FIRST_CHUNK,
    attributes.INPUT_TOKENS,
    attributes.OUTPUT_TOKENS,
    attributes.CACHE_READ_TOKENS,
    attributes.CACHE_WRITE_TOKENS,
    attributes.REASONING_TOKENS,
    attributes.RETRIEVAL_TOP_K,
    attributes.EVALUATION_SCORE,
    attributes.SYNTHETIC,
    attributes.RATING,
    attributes.TOKENS_PER_SECOND,
    attributes.RAG_RESULTS,
    attributes.RAG_SCORE_MEAN,
    attributes.RAG_SCORE_MAX,
    attributes.RAG_SCORE_MIN,
    attributes.RAG_CONTEXT_CHUNKS,
    attributes.RAG_CONTEXT_TOKENS,
    attributes.RAG_RERANK_TOP_N,
    "server.port",
)
"""Numbers by convention: these hold no text, and are not searched where nothing else is found."""

NAMES: Final = (
    attributes.OPERATION_NAME,
    attributes.PROVIDER_NAME,
    attributes.REQUEST_MODEL,
    attributes.RESPONSE_MODEL,
    attributes.RESPONSE_FINISH_REASONS,
    attributes.PROMPT_NAME,
    attributes.PROMPT_VERSION,
    attributes.AGENT_NAME,
    attributes.TOOL_NAME,
    attributes.WORKFLOW_NAME,
    attributes.ERROR_TYPE,
    attributes.EVENT_NAME,
    attributes.EVALUATION_NAME,
    attributes.EVALUATION_LABEL,
    attributes.EVALUATOR,
    attributes.FEATURE,
    attributes.TEAM,
    attributes.PIPELINE,
    attributes.EXPERIMENT,
    attributes.VARIANT,
    attributes.STAGE,
    attributes.RAG_FORMAT,
    "server.address",
    "openai.api.type",
)
"""Names: few different ones in a request; what was found clean once is not searched again."""

IDENTIFIERS: Final = (attributes.RESPONSE_ID, attributes.CONVERSATION_ID)
"""Different on every call, and mostly of a shape that is known to be harmless."""

IDENTIFIER: Final = (
    r"^(?:(?:chatcmpl|cmpl|resp|msg|conv|gen|run|thread|req)[-_][A-Za-z0-9]{8,64}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$"
)
"""That shape: what providers and `uuid` make."""

ADDRESSES_OF_MACHINES: Final = (
    "server.address",
    "server.socket.address",
    "network.local.address",
    "net.host.ip",
    "net.peer.name",
    "host.name",
    "host.ip",
    "k8s.pod.ip",
    "k8s.node.name",
    attributes.SERVICE_INSTANCE_ID,
    "service.version",
    "telemetry.sdk.version",
    "telemetry.distro.version",
    "os.version",
    "process.runtime.version",
)
"""Where an address is a server's, or a version only looks like one.  A client's is masked."""

MACHINE: Final = r"^(?:[0-9]{1,3}(?:\.[0-9]{1,5}){1,4}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$"
"""What such an attribute may keep."""
