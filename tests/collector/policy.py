"""What any Collector of ours must keep to, as rules over its rendered configuration.

Each rule returns what breaks it, as text, and nothing where all is well.
"""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any, Final, cast
from urllib.parse import urlsplit

Config = Mapping[str, Any]
Rule = Callable[[Config], Iterator[str]]

STORES: Final = frozenset({"otlp_http", "otlp_grpc", "otlp"})
"""Exporters that deliver what was acknowledged; Prometheus fetches by itself."""
PEEPHOLES: Final = frozenset({"pprof", "zpages", "remote_tap"})
LITERAL_SECRETS: Final = frozenset({"token", "tokens", "password", "key_pem", "client_secret"})


def kind(name: str) -> str:
    """Return the type of a component, `otlp_http` of `otlp_http/tempo`."""
    return name.partition("/")[0]


def part(config: Config, key: str) -> Config:
    """Return a part of it, empty where there is none."""
    return config.get(key) or {}


def pipelines(config: Config) -> Mapping[str, Mapping[str, list[str]]]:
    """Return the pipelines by name."""
    return config["service"]["pipelines"]


def paths(config: Config) -> Iterator[tuple[list[str], str]]:
    """Yield the processors on every way from a receiver to a store, and that store."""

    def onward(name: str, passed: list[str]) -> Iterator[tuple[list[str], str]]:
        pipe = pipelines(config)[name]
        steps = [*passed, *pipe["processors"]]
        for exporter in pipe["exporters"]:
            if kind(exporter) in STORES:
                yield steps, exporter
            for follower, behind in pipelines(config).items():
                if exporter in behind["receivers"]:
                    yield from onward(follower, steps)

    for name in beginnings(config):
        yield from onward(name, [])


def beginnings(config: Config) -> list[str]:
    """Return the pipelines that a receiver feeds."""
    received = set(config["receivers"])
    return [name for name, pipe in pipelines(config).items() if received & set(pipe["receivers"])]


def is_loopback(endpoint: str) -> bool:
    """Say whether an address is this machine's alone."""
    host = urlsplit(endpoint if "://" in endpoint else f"//{endpoint}").hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def limiter_is_first(config: Config) -> Iterator[str]:
    """Memory is bounded before anything else costs some."""
    for name in beginnings(config):
        if pipelines(config)[name]["processors"][:1] != ["memory_limiter"]:
            yield f"{name} does not begin with memory_limiter"


def nothing_prints(config: Config) -> Iterator[str]:
    """Neither an exporter nor a log level shows prompts."""
    yield from (name for name in config["exporters"] if kind(name) == "debug")
    level = str(config["service"]["telemetry"]["logs"]["level"])
    if level.lower() == "debug":
        yield "the log's level is debug"


def exports_are_encrypted(config: Config) -> Iterator[str]:
    """Clear text stays on this machine, and so does what would go to anyone who answers."""
    for name, exporter in config["exporters"].items():
        endpoint = str(exporter.get("endpoint", "127.0.0.1"))
        tls = part(exporter, "tls")
        clear = endpoint.startswith("http://") or tls.get("insecure")
        unchecked = tls.get("insecure_skip_verify")
        if kind(name) in STORES and not is_loopback(endpoint) and (clear or unchecked):
            yield f"{name} sends to {endpoint}"


def stores_have_a_queue(config: Config) -> Iterator[str]:
    """Nothing that was acknowledged is given up or waits in memory."""
    for name, exporter in config["exporters"].items():
        if kind(name) in STORES:
            queue, retry = part(exporter, "sending_queue"), exporter["retry_on_failure"]
            if queue.get("storage") not in config["service"]["extensions"]:
                yield f"{name} has no queue on disk"
            if not retry["enabled"] or retry["max_elapsed_time"] != 0:
                yield f"{name} gives up"


def nothing_waits_before_a_queue(config: Config) -> Iterator[str]:
    """Nothing holds in memory what was acknowledged, as a batch processor does."""
    for steps, store in paths(config):
        yield from (f"{step} before {store}" for step in steps if kind(step) == "batch")


def everything_stored_is_masked(config: Config) -> Iterator[str]:
    """There is no way around the masking."""
    for steps, store in paths(config):
        if "transform/privacy" not in steps:
            yield f"{' → '.join(steps)} → {store}"


def strangers_need_a_token(config: Config) -> Iterator[str]:
    """Who listens beyond this machine asks for TLS and a token."""
    for name, receiver in config["receivers"].items():
        for protocol, server in receiver["protocols"].items():
            open_ = not is_loopback(server["endpoint"])
            if open_ and not (server.get("tls") and server.get("auth")):
                yield f"{name} {protocol} listens on {server['endpoint']}"


def the_team_is_authenticated(config: Config) -> Iterator[str]:
    """Where there is a token, every span passes the step that says whose it is."""
    tokens = any(
        server.get("auth")
        for receiver in config["receivers"].values()
        for server in receiver["protocols"].values()
    )
    for name in beginnings(config) if tokens else ():
        if not any(
            step.startswith("transform/team") for step in pipelines(config)[name]["processors"]
        ):
            yield f"{name} takes the sender's word"


def requests_are_bounded(config: Config) -> Iterator[str]:
    """Nobody can send without end, or from a page in a browser."""
    for name, receiver in config["receivers"].items():
        http, grpc = receiver["protocols"]["http"], receiver["protocols"]["grpc"]
        if not 0 < http["max_request_body_size"] <= 20 << 20 or not http["read_timeout"]:
            yield f"{name} http takes requests without end"
        if not 0 < grpc["max_recv_msg_size_mib"] <= 20 or not grpc["max_concurrent_streams"]:
            yield f"{name} grpc takes requests without end"
        if part(http, "cors").get("allowed_origins"):
            yield f"{name} takes requests from pages of other origins"
        if http.get("include_metadata") or grpc.get("include_metadata"):
            yield f"{name} keeps the headers, which the queue on disk would store: tokens too"


def own_state_is_private(config: Config) -> Iterator[str]:
    """Health, metrics and queues are this machine's own."""
    extensions = config["extensions"]
    yield from (name for name in extensions if kind(name) in PEEPHOLES)
    readers = config["service"]["telemetry"]["metrics"]["readers"]
    listening = [
        extensions["health_check"]["endpoint"],
        config["exporters"]["prometheus"]["endpoint"],
        *(reader["pull"]["exporter"]["prometheus"]["host"] for reader in readers),
    ]
    yield from (f"listens on {endpoint}" for endpoint in listening if not is_loopback(endpoint))
    if extensions["file_storage"]["directory_permissions"] != "0700":
        yield "others may read the queues"


def own_telemetry_is_fetched(config: Config) -> Iterator[str]:
    """Nothing of its own is pushed: the last push fails, and the Collector ends on its next reload.

    Its own receiver is gone by then, and any other may be down; a shutdown with an error is final.
    """
    for signal, telemetry in config["service"]["telemetry"].items():
        pushing = [reader for reader in part(telemetry, "readers") if "pull" not in reader]
        if pushing or part(telemetry, "processors"):
            yield f"its own {signal} are pushed"


def secrets_are_in_files(config: Config) -> Iterator[str]:
    """No secret is in a configuration that is printed, kept or mailed."""

    def found(where: str, node: object) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in cast("Config", node).items():
                if key in LITERAL_SECRETS and value:
                    yield f"{where}.{key}"
                yield from found(f"{where}.{key}", value)

    for section in ("receivers", "exporters", "extensions"):
        yield from found(section, config[section])


RULES: Final[Mapping[str, Rule]] = {
    rule.__name__: rule
    for rule in (
        limiter_is_first,
        nothing_prints,
        exports_are_encrypted,
        stores_have_a_queue,
        nothing_waits_before_a_queue,
        everything_stored_is_masked,
        strangers_need_a_token,
        the_team_is_authenticated,
        requests_are_bounded,
        own_state_is_private,
        own_telemetry_is_fetched,
        secrets_are_in_files,
    )
}
