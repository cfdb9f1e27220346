"""The conversations board: find what one user or one conversation asked, and read it.

Above stand a user's hash, a conversation's id and what kind of calls to look for.  The first row
sums up what was found; below it are the conversations, their calls, and the prompts and answers
themselves, where applications send them.
"""

from spansight.conventions import attributes
from spansight_dashboards import alerts, links
from spansight_dashboards.board import Board, Json, Row
from spansight_dashboards.config import Config
from spansight_dashboards.links import Link
from spansight_dashboards.panels import events, numbers, parts, tables
from spansight_dashboards.panels.parts import About
from spansight_dashboards.panels.tables import Field, Group
from spansight_dashboards.queries import conversations
from spansight_dashboards.variables import Choice, Text

_USER = Text("user", "User's hash", ".*")
_CONVERSATION = Text("conversation", "Conversation", ".*")
_KIND = "kind"

_FOUND = (
    tables.SPAN,
    Field("Start time", "Start"),
    Field(attributes.CONVERSATION_ID, "Conversation", width=130, empty="none named"),
    Field(attributes.USER_HASH, "User", width=150),
    Field(attributes.REQUEST_MODEL, "Model"),
    Field("Duration", "Duration"),
    Field(attributes.COST_USD, "Cost", parts.USD, decimals=6),
    Field(attributes.INPUT_TOKENS, "Input", parts.COUNT),
    Field(attributes.OUTPUT_TOKENS, "Output", parts.COUNT),
    Field("status", "Status"),
    Field(attributes.ERROR_TYPE, "Error"),
)


def board(config: Config) -> Board:
    return Board(
        subject="conversations",
        title="LLM conversations",
        description=(
            "Find the calls of one user, one conversation, or one kind, and read what was said. "
            "A user is a keyed hash: see docs/context.md for how to work it out from an id."
        ),
        rows=(
            Row(
                4,
                (
                    (6, _number(config, "Calls", "Span", "count", parts.COUNT)),
                    (6, _number(config, "Conversations", "Conversation", "distinct", parts.COUNT)),
                    (6, _number(config, "Users", "User", "distinct", parts.COUNT)),
                    (6, _number(config, "Cost", "Cost", "sum", parts.USD)),
                ),
            ),
            Row(7, ((24, _conversations(config)),)),
            Row(9, ((24, _calls(config)),)),
            Row(11, ((24, _said(config)),)),
        ),
        links=(_way(config),),
        alerts=alerts.names(config),
        variables=(_USER, _CONVERSATION, Choice(_KIND, "Calls", conversations.kinds(config))),
    )


def _number(config: Config, what: str, field: str, how: parts.Summary, unit: str) -> Json:
    about = About(
        title=f"{what} found",
        description=(
            f"{what} in the newest {config.found_limit} traces that match what stands above. "
            "When older ones are missing, choose a shorter time range, or more above."
        ),
        unit=unit,
        empty="Nothing found",
        links=(_way(config),),
    )
    return numbers.found(about, _query(config), _FOUND, field, how, limit=config.found_limit)


def _conversations(config: Config) -> Json:
    about = About(
        title="Conversations",
        description=(
            "The conversations that these calls are part of, newest first; calls that name none "
            "are in one row, `none named`. Click one to see it alone: its calls, and what "
            "was said in it."
        ),
        unit=parts.COUNT,
        empty="Nothing found",
        links=(_way(config),),
    )
    group = Group(
        "Conversation",
        {"Span": "count", "Cost": "sum", "Input": "sum", "Output": "sum", "Start": "min"},
        links.narrowed("Only this conversation", "conversations", _CONVERSATION.name),
    )
    return tables.grouped(about, _query(config), _FOUND, group, limit=config.found_limit)


def _calls(config: Config) -> Json:
    about = About(
        title="Calls",
        description=(
            "The same one by one, newest first. Click a span to open its trace: it has every step "
            "around the call, and leads to prompt and answer in the logs."
        ),
        unit=parts.TEXT,
        empty="Nothing found",
        links=(_way(config),),
    )
    return tables.spans(about, _query(config), _FOUND, limit=config.found_limit)


def _said(config: Config) -> Json:
    about = About(
        title="Prompts and answers",
        description=(
            "What was said, newest first, masked. Open a line and follow its trace. "
            "Empty although calls were found: their application does not send content; "
            "SPANSIGHT_CAPTURE_CONTENT=true makes it."
        ),
        unit=parts.TEXT,
        empty="No content was sent",
        links=(links.explore_logs("Logs", _content(config)),),
    )
    return events.lines(about, _content(config), limit=config.trace_limit)


def _query(config: Config) -> str:
    return conversations.calls(config, _USER.name, _CONVERSATION.name, _KIND)


def _content(config: Config) -> str:
    return conversations.content(config, _USER.name, _CONVERSATION.name)


def _way(config: Config) -> Link:
    return links.explore_traces("Traces", _query(config), limit=config.found_limit)
