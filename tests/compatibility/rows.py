"""The matrix as data: which library, in which environment, by whose spans, with which gaps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from spansight.settings import Instrumentor

Fault = Literal[
    "no span",
    "more spans",
    "model",
    "input tokens",
    "cached tokens",
    "output tokens",
    "finish reason",
    "status",
    "parent",
]
"""What can be wrong with the spans of one call."""


EVERY_STEP: Final = "*"


@dataclass(frozen=True, slots=True)
class Environment:
    """A Python environment of its own: exact versions stand in `locks/`, under its name."""

    name: str
    requirements: tuple[str, ...]
    """What a user of the library installs beside Spansight."""
    extra: str = ""
    """Spansight's extra for it, if there is one."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A fault that is known, and what to do about it; a matrix that no longer has it fails."""

    step: str
    """One, or every."""
    faults: tuple[Fault, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One library by one instrumentor."""

    title: str
    """What people call it."""
    library: str
    """The distribution that the row is about; its version is that of the lock."""
    environment: Environment
    program: str
    instrumentors: tuple[str, ...]
    """The distributions whose spans are counted."""
    beside: str = ""
    """The distribution of a stranger that works on the same library, if there is one."""
    own_spans: bool = False
    """Whether the library makes spans itself, and those are what is counted."""
    chosen: Instrumentor = "official"
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Step → name of the parent of each of its calls in order, the last for all that follow.

    Of a step that is not named, the parent is the application's own span."""
    undeclared: bool = False
    """Whether its instrumentor would refuse the library in this version, were it asked."""
    gaps: tuple[Gap, ...] = ()

    @property
    def name(self) -> str:
        """What tests call it."""
        marks = [self.chosen] if self.chosen != "official" else []
        return "-".join((self.environment.name, *marks, *(["own"] if self.own_spans else [])))


_OPENAI: Final = "opentelemetry-instrumentation-genai-openai"
_OPENLLMETRY: Final = "opentelemetry-instrumentation-openai"
_AGENT: Final = ("invoke_agent forecaster",)
_REACT: Final = ("invoke_agent dspy.ReAct",)

_BEDROCK: Final = "opentelemetry-instrumentation-genai-bedrock"
_GOOGLE: Final = "opentelemetry-instrumentation-google-genai"
_GOOGLE_2: Final = Environment("google-genai-2", ("google-genai==2.34.0",), extra="google-genai")
_GOOGLE_3: Final = Environment("google-genai-3", ("google-genai==3.4.0",), extra="google-genai")
_OPENAI_2: Final = Environment("openai-2", ("openai==2.54.0",))
_OPENAI_3: Final = Environment("openai-3", ("openai==3.54.0",))
_OPENINFERENCE: Final = Environment(
    "openinference", ("openai==3.54.0", "openinference-instrumentation-openai==0.1.66")
)
GEVENT: Final = Environment("gevent", ("openai==3.54.0", "gunicorn==27.0.1", "gevent==26.9.0"))
"""No row: it tells how a process ends, and not what is told of calls."""
RAGAS: Final = Environment("ragas", (), extra="ragas")
"""No row either: it judges answers."""
_PYDANTIC_AI: Final = Environment("pydantic-ai", ("pydantic-ai-slim[openai]==2.68.0",))
_ANTHROPIC_ALONE: Final = Environment("anthropic-alone", ("anthropic==2.12.0",))
_ANTHROPIC: Final = Environment("anthropic", ("anthropic==2.12.0",), extra="anthropic")
_ANTHROPIC_ANSWERS: Final = (
    "chat",
    "cached input",
    "stream",
    "stream with cached input",
    "stream helper",
    "call inside a stream",
    "tool call",
    "asynchronous",
    "asynchronous stream",
    "parallel",
)


def _openai(environment: Environment, chosen: Instrumentor, instrumentor: str) -> Row:
    return Row(
        title="OpenAI",
        library="openai",
        environment=environment,
        program="openai_sdk",
        instrumentors=(instrumentor,),
        chosen=chosen,
    )


ROWS: Final = (
    _openai(_OPENAI_2, "official", _OPENAI),
    _openai(_OPENAI_2, "openllmetry", _OPENLLMETRY),
    _openai(_OPENAI_3, "official", _OPENAI),
    _openai(_OPENAI_3, "openllmetry", _OPENLLMETRY),
    Row(
        title="OpenAI beside OpenInference",
        library="openai",
        environment=_OPENINFERENCE,
        beside="openinference-instrumentation-openai",
        program="openai_sdk",
        instrumentors=(_OPENAI,),
    ),
    Row(
        title="Anthropic",
        library="anthropic",
        environment=_ANTHROPIC,
        program="anthropic_sdk",
        instrumentors=("opentelemetry-instrumentation-genai-anthropic",),
    ),
    Row(
        title="Anthropic, without the extra",
        library="anthropic",
        environment=_ANTHROPIC_ALONE,
        program="anthropic_sdk",
        instrumentors=(),
        own_spans=True,
        gaps=tuple(
            Gap(step, ("finish reason",), "Anthropic's own spans do not tell it; install the extra")
            for step in _ANTHROPIC_ANSWERS
        ),
    ),
    Row(
        title="Google Gen AI",
        library="google-genai",
        environment=_GOOGLE_2,
        program="google_genai_sdk",
        instrumentors=(_GOOGLE,),
    ),
    Row(
        title="Google Gen AI 3",
        library="google-genai",
        environment=_GOOGLE_3,
        program="google_genai_sdk",
        instrumentors=(_GOOGLE,),
        undeclared=True,
    ),
    Row(
        title="Amazon Bedrock",
        library="boto3",
        environment=Environment("bedrock", ("boto3==1.44.5",), extra="bedrock"),
        program="bedrock_runtime",
        instrumentors=(_BEDROCK,),
    ),
    Row(
        title="Amazon Bedrock with aioboto3",
        library="aioboto3",
        environment=Environment("bedrock-async", ("aioboto3==15.5.0",), extra="bedrock"),
        program="bedrock_async",
        instrumentors=(_BEDROCK,),
    ),
    Row(
        title="LangChain and LangGraph",
        library="langchain",
        environment=Environment(
            "langchain",
            ("langchain==1.4.7", "langchain-openai==1.7.3", "langgraph==1.2.22"),
            extra="langchain",
        ),
        program="langchain_models",
        instrumentors=("opentelemetry-instrumentation-genai-langchain", _OPENAI),
        parents={"chain": ("invoke_workflow RunnableSequence",), "agent": _AGENT},
    ),
    Row(
        title="LiteLLM",
        library="litellm",
        environment=Environment("litellm", ("litellm==1.106.2", "mcp==2.3.0")),
        program="litellm_calls",
        instrumentors=(_OPENAI,),
    ),
    Row(
        title="Pydantic AI",
        library="pydantic-ai-slim",
        environment=_PYDANTIC_AI,
        program="pydantic_agents",
        instrumentors=(_OPENAI,),
    ),
    Row(
        title="Pydantic AI, with its own spans",
        library="pydantic-ai-slim",
        environment=_PYDANTIC_AI,
        program="pydantic_instrumented",
        instrumentors=(),
        own_spans=True,
        parents={EVERY_STEP: _AGENT},
    ),
    Row(
        title="OpenAI Agents",
        library="openai-agents",
        environment=Environment("openai-agents", ("openai-agents==0.24.0",), extra="openai-agents"),
        program="openai_agents",
        instrumentors=("opentelemetry-instrumentation-genai-openai-agents", _OPENAI),
        parents={EVERY_STEP: _AGENT},
    ),
    Row(
        title="LlamaIndex",
        library="llama-index-core",
        environment=Environment(
            "llama-index",
            (
                "llama-index-core==0.14.25",
                "llama-index-llms-openai==0.8.3",
                "llama-index-embeddings-openai==0.7.0",
            ),
            extra="llama-index",
        ),
        program="llama_index_models",
        instrumentors=("opentelemetry-instrumentation-genai-llama-index", _OPENAI),
        parents={"query engine": ("query engine", "retrieval", "query engine"), "agent": _AGENT},
    ),
    Row(
        title="Agno",
        library="agno",
        environment=Environment("agno", ("agno==3.1.10", "openai==3.54.0"), extra="agno"),
        program="agno_agents",
        instrumentors=("opentelemetry-instrumentation-genai-agno", _OPENAI),
        parents={
            EVERY_STEP: _AGENT,
            "team": ("invoke_agent forecasters", *_AGENT, "invoke_agent forecasters"),
            "embeddings": ("embeddings",),
            "asynchronous embeddings": ("asynchronous embeddings",),
        },
    ),
    Row(
        title="DSPy",
        library="dspy",
        environment=Environment("dspy", ("dspy[numpy]==3.4.1",), extra="dspy"),
        program="dspy_programs",
        instrumentors=("opentelemetry-instrumentation-genai-dspy", _OPENAI),
        parents={
            "agent": _REACT,
            "asynchronous agent": _REACT,
            "agent with native tools": ("invoke_agent dspy.ReActV2",),
            "search": ("search", "retrieval"),
        },
        gaps=(
            Gap("stream", ("model",), "DSPy does not pass on which model answers a stream"),
            Gap(
                "search",
                ("parent",),
                "DSPy embeds the queries of several callers at once, in a thread of its own, "
                "which knows none of them",
            ),
        ),
    ),
    Row(
        title="smolagents",
        library="smolagents",
        environment=Environment("smolagents", ("smolagents[openai]==1.26.0",), extra="smolagents"),
        program="smolagents_runs",
        instrumentors=("opentelemetry-instrumentation-genai-smolagents", _OPENAI),
        parents=dict.fromkeys(
            (
                "agent",
                "agent with a tool",
                "agent that streams",
                "agent that plans",
                "agent that codes",
                "agent whose call fails",
            ),
            _AGENT,
        ),
    ),
)
