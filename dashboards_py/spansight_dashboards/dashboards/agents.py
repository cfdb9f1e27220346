"""The agents board: what agents do, which tools they use, and where they go round in circles.

The first row has runs and tool calls, how many fail, and how many tools a run takes.  Below: each
agent and each tool over time and side by side, and the runs with most steps to open.
"""

from spansight.conventions import attributes, labels
from spansight_dashboards import alerts, links
from spansight_dashboards.board import Board, Json, Row
from spansight_dashboards.config import Config
from spansight_dashboards.dashboards.verdict import ESTIMATE
from spansight_dashboards.knobs import percent
from spansight_dashboards.panels import charts, numbers, parts, tables
from spansight_dashboards.panels.parts import About, Query
from spansight_dashboards.panels.tables import Column, Field
from spansight_dashboards.queries import agents, scope, traces

_BY_AGENT = f"{{{{{labels.AGENT}}}}}"
_BY_TOOL = f"{{{{{labels.TOOL}}}}}"
_NO_AGENTS = "No agent ran"
_NO_TOOLS = "No tool ran"


def board(config: Config) -> Board:
    return Board(
        subject="agents",
        title="LLM agents and tools",
        description=(
            "What agents do, how long it takes them, and which tools fail them. Model and provider "
            "do not narrow it; service, team and feature do. Tokens of agents are those of the "
            "calls inside them: see the cost board."
        ),
        rows=(
            Row(
                5,
                (
                    (4, _runs(config)),
                    (4, _failed_runs(config)),
                    (4, _run_time(config)),
                    (4, _tool_calls(config)),
                    (4, _failed_tools(config)),
                    (4, _tools_per_run(config)),
                ),
            ),
            Row(8, ((12, _runs_over_time(config)), (12, _time_by_agent(config)))),
            Row(
                8,
                ((8, _tools_over_time(config)), (8, _tool_errors(config)), (8, _tool_time(config))),
            ),
            Row(6, ((12, _agents(config)), (12, _tools(config)))),
            Row(8, ((24, _longest(config)),)),
            Row(8, ((24, _tool_failures(config)),)),
        ),
        links=(
            links.explore_traces("Runs", traces.agent_runs(config), limit=config.trace_limit),
            links.explore_traces(
                "Failed tools", traces.failed_tools(config), limit=config.trace_limit
            ),
        ),
        alerts=alerts.names(config),
    )


def _runs(config: Config) -> Json:
    about = _of_agents(
        "Runs",
        f"Runs of agents in the chosen time range. {ESTIMATE} "
        "None although agents run: trace them with `rag.agent`, or an instrumented framework.",
        parts.COUNT,
        config,
        decimals=0,
    )
    return numbers.stat(about, Query(agents.runs(scope.whole(config))))


def _failed_runs(config: Config) -> Json:
    limit = config.error_ratio_limit
    about = _of_agents(
        "Failed runs",
        f"Failed ÷ all runs; {percent(limit)} is the limit that calls have. "
        "Open the runs below: the first failed span of a run names the cause.",
        parts.RATIO,
        config,
        decimals=1,
    )
    query = Query(agents.failed_runs(scope.whole(config)))
    return numbers.stat(about, query, parts.above(limit, warn=0.5 * limit))


def _run_time(config: Config) -> Json:
    about = _of_agents(
        "Run, P95",
        "Time in which 95 of 100 runs end. Agents take long by nature: compare it with "
        "yesterday's. When it rises, see whether runs take more steps or tools more time.",
        parts.SECONDS,
        config,
    )
    return numbers.stat(about, Query(agents.run_quantile(0.95, scope.whole(config))))


def _tool_calls(config: Config) -> Json:
    about = _of_tools(
        "Tool calls",
        f"Executions of tools in the chosen time range. {ESTIMATE} "
        "When they grow faster than runs, an agent goes round in circles: open the longest run.",
        parts.COUNT,
        config,
        decimals=0,
    )
    return numbers.stat(about, Query(agents.tool_calls(scope.whole(config))))


def _failed_tools(config: Config) -> Json:
    limit = config.error_ratio_limit
    about = _of_tools(
        "Failed tools",
        "Failed ÷ all tool calls. Agents try again and pay for it in tokens. "
        "See below which tool fails, then repair it, or describe its arguments better.",
        parts.RATIO,
        config,
        decimals=1,
    )
    query = Query(agents.failed_tools(scope.whole(config)))
    return numbers.stat(about, query, parts.above(2 * limit, warn=limit))


def _tools_per_run(config: Config) -> Json:
    about = _of_agents(
        "Tools a run",
        "Tool calls ÷ runs of agents; tools without an agent count too. "
        "When it rises, give the agent a limit of steps, or a tool that does more at once.",
        parts.AMOUNT,
        config,
        decimals=1,
    )
    return numbers.stat(about, Query(agents.tools_per_run(scope.whole(config))))


def _runs_over_time(config: Config) -> Json:
    about = _of_agents(
        "Runs by agent",
        "Runs a minute. An agent that only others call rises with them; one that rises alone is "
        "called in a loop: see who calls it in a trace.",
        parts.AMOUNT,
        config,
    )
    each = scope.board(config).per(labels.AGENT)
    return charts.stack(about, Query(agents.runs_per_minute(each), _BY_AGENT))


def _time_by_agent(config: Config) -> Json:
    about = _of_agents(
        "Run by agent, P95",
        "Time in which 95 of 100 runs of each agent end. When it rises with its tools, repair "
        "those; when alone, its calls to models got slower or more: open a long run.",
        parts.SECONDS,
        config,
    )
    each = scope.board(config).per(labels.AGENT)
    return charts.lines(about, Query(agents.run_quantile(0.95, each), _BY_AGENT))


def _tools_over_time(config: Config) -> Json:
    about = _of_tools(
        "Tool calls by tool",
        "Executions a minute. A tool that vanishes was renamed or is described so that no model "
        "picks it: look at its definition.",
        parts.AMOUNT,
        config,
    )
    each = scope.board(config).per(labels.TOOL)
    return charts.stack(about, Query(agents.tool_calls_per_minute(each), _BY_TOOL))


def _tool_errors(config: Config) -> Json:
    about = _of_tools(
        "Failed tools by tool",
        "Failed ÷ all executions of each. Always failing: it is broken, or lacks a permission. At "
        "times: its server is slow, or models get its arguments wrong; describe those better.",
        parts.RATIO,
        config,
    )
    each = scope.board(config).per(labels.TOOL)
    limits = parts.mark(config.error_ratio_limit)
    return charts.lines(about, Query(agents.failed_tools(each), _BY_TOOL), limits=limits, full=1)


def _tool_time(config: Config) -> Json:
    about = _of_tools(
        "Tool by tool, P95",
        "Time in which 95 of 100 executions of each end. The user waits for it, and the model's "
        "cache may be cold after it: give slow tools a timeout.",
        parts.SECONDS,
        config,
    )
    each = scope.board(config).per(labels.TOOL)
    return charts.lines(about, Query(agents.tool_quantile(0.95, each), _BY_TOOL))


def _agents(config: Config) -> Json:
    about = _of_agents(
        "Agents compared",
        "Each agent over the chosen time range. Rare runs that fail often are no accident: open "
        "them before anyone relies on that agent.",
        parts.COUNT,
        config,
        empty=parts.NOTHING,
    )
    each = scope.whole(config, labels.AGENT)
    limit = config.error_ratio_limit
    columns = (
        Column("Runs", agents.runs(each), parts.COUNT, 0),
        Column("Failed", agents.failed_runs(each), parts.RATIO, 1, parts.above(limit, warn=limit)),
        Column("P50", agents.run_quantile(0.5, each), parts.SECONDS, 2),
        Column("P95", agents.run_quantile(0.95, each), parts.SECONDS, 2),
    )
    return tables.comparison(about, (labels.AGENT,), columns, ())


def _tools(config: Config) -> Json:
    about = _of_tools(
        "Tools compared",
        "Each tool over the chosen time range. Tools that nobody calls cost tokens in every "
        "request that offers them: take them away.",
        parts.COUNT,
        config,
        empty=parts.NOTHING,
    )
    each = scope.whole(config, labels.TOOL)
    limit = config.error_ratio_limit
    columns = (
        Column("Calls", agents.tool_calls(each), parts.COUNT, 0),
        Column("Failed", agents.failed_tools(each), parts.RATIO, 1, parts.above(limit, warn=limit)),
        Column("P50", agents.tool_quantile(0.5, each), parts.SECONDS, 2),
        Column("P95", agents.tool_quantile(0.95, each), parts.SECONDS, 2),
    )
    return tables.comparison(about, (labels.TOOL,), columns, ())


def _longest(config: Config) -> Json:
    about = _of_agents(
        "Runs with most steps",
        "The newest runs: calls to models, tool calls, and tools called again after they had "
        "failed; most calls first. Click one: the same tool over and over in its trace is a loop "
        "to limit.",
        parts.TEXT,
        config,
    )
    fields = (
        tables.SPAN,
        Field(attributes.AGENT_NAME, "Agent"),
        Field(attributes.AGENT_ITERATIONS, "Calls", parts.COUNT, empty="0"),
        Field(attributes.AGENT_TOOL_CALLS, "Tools", parts.COUNT, empty="0"),
        Field(attributes.AGENT_RETRIES, "Retries", parts.COUNT, empty="0"),
        Field("Duration", "Duration"),
        Field("status", "Status"),
        Field("Start time", "Start"),
    )
    query = traces.agent_runs(config)
    return tables.spans(about, query, fields, limit=config.trace_limit, most="Calls")


def _tool_failures(config: Config) -> Json:
    about = _of_tools(
        "Failed tool calls",
        "The newest executions that failed, with the attempt of their agent. Click one: its trace "
        "has the arguments and what the agent did next.",
        parts.TEXT,
        config,
        empty="No tool failed",
    )
    fields = (
        tables.SPAN,
        Field(attributes.TOOL_NAME, "Tool"),
        Field(attributes.ERROR_TYPE, "Error"),
        Field(attributes.TOOL_ATTEMPT, "Attempt", parts.COUNT, empty="1"),
        Field("Start time", "Start"),
    )
    return tables.spans(about, traces.failed_tools(config), fields, limit=config.trace_limit)


def _of_agents(
    title: str,
    text: str,
    unit: str,
    config: Config,
    *,
    decimals: int | None = None,
    empty: str = _NO_AGENTS,
) -> About:
    way = links.explore_traces("Runs", traces.agent_runs(config), limit=config.trace_limit)
    return About(
        title=title, description=text, unit=unit, decimals=decimals, empty=empty, links=(way,)
    )


def _of_tools(
    title: str,
    text: str,
    unit: str,
    config: Config,
    *,
    decimals: int | None = None,
    empty: str = _NO_TOOLS,
) -> About:
    way = links.explore_traces("Tools", traces.tool_calls(config), limit=config.trace_limit)
    return About(
        title=title, description=text, unit=unit, decimals=decimals, empty=empty, links=(way,)
    )
