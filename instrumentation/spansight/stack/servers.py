"""How each server of a native stack is started: its arguments, its variables, when it is ready."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from spansight.conventions.environment import RETENTION
from spansight.stack import binaries
from spansight.stack.ports import LOOPBACK, Ports

COLLECTOR_FILES: Final = ("config", "normalise", "privacy", "cost", "metrics")
"""The Collector's files in ``collector/``, merged in this order."""

GRAFANA_LOGIN: Final = "grafana-password"

_TEMPO_3: Final = (3,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where one native stack lives."""

    files: Path
    """The root of the shipped files."""
    folder: Path
    """The run folder."""
    ports: Ports

    def data(self, server: str) -> Path:
        """Return the folder of a server's data."""
        return self.folder / "data" / server

    @property
    def logs(self) -> Path:
        """Return the folder of every server's log."""
        return self.folder / "logs"

    def log(self, server: str) -> Path:
        """Return a server's log."""
        return self.logs / f"{server}.log"

    @property
    def prometheus(self) -> Path:
        """Return the folder with Prometheus' configuration."""
        return self.folder / "prometheus"

    @property
    def grafana_password(self) -> Path:
        """Return the file with the password of Grafana's user `admin`."""
        return self.folder / GRAFANA_LOGIN

    def url(self, name: str) -> str:
        """Return the base URL of a port."""
        return f"http://{self.address(name)}"

    def address(self, name: str) -> str:
        """Return host and port of a port."""
        return f"{LOOPBACK}:{self.ports.as_dict()[name]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server: `arguments` and `variables` follow from the site and from its program."""

    arguments: Callable[[Site, Path], list[str]]
    variables: Callable[[Site], dict[str, str]]
    ports: tuple[str, ...]
    ready: tuple[str, str]
    """The port and the path that answer with success once it is ready."""
    memory_mib: int
    """The Go runtime collects harder near this size; well above what an idle server uses."""


def _collector(site: Site, _: Path) -> list[str]:
    return [f"--config={site.files / 'collector' / name}.yaml" for name in COLLECTOR_FILES]


def _collector_variables(site: Site) -> dict[str, str]:
    ports = site.ports
    return {
        "GOGC": "200",  # a fifth less CPU for some 30 MiB
        "SPANSIGHT_OTLP_HTTP_ENDPOINT": site.address("otlp_http"),
        "SPANSIGHT_OTLP_GRPC_ENDPOINT": site.address("otlp_grpc"),
        "SPANSIGHT_HEALTH_ENDPOINT": site.address("collector_health"),
        "SPANSIGHT_SELF_METRICS_HOST": LOOPBACK,
        "SPANSIGHT_SELF_METRICS_PORT": str(ports.collector_metrics),
        "SPANSIGHT_DERIVED_METRICS_ENDPOINT": site.address("derived_metrics"),
        "TEMPO_OTLP_ENDPOINT": site.url("tempo_otlp"),
        "LOKI_OTLP_ENDPOINT": f"{site.url('loki')}/otlp",
        "SPANSIGHT_QUEUE_DIR": str(site.data("collector")),
        "SPANSIGHT_PRICES": str(site.files / "collector" / "prices.ottl"),
    }


def _prometheus(site: Site, _: Path) -> list[str]:
    retention = RETENTION["metrics"]
    return [
        f"--config.file={site.prometheus / 'prometheus.yml'}",
        f"--storage.tsdb.path={site.data('prometheus')}",
        f"--storage.tsdb.retention.time={os.environ.get(retention.name) or retention.default}",
        f"--web.listen-address={site.address('prometheus')}",
        "--web.enable-remote-write-receiver",
        "--enable-feature=exemplar-storage,created-timestamp-zero-ingestion",
    ]


def _alertmanager(site: Site, _: Path) -> list[str]:
    return [
        f"--config.file={site.files / 'prometheus' / 'alertmanager.yml'}",
        f"--storage.path={site.data('alertmanager')}",
        f"--web.listen-address={site.address('alertmanager')}",
        "--cluster.listen-address=",
    ]


def _tempo(site: Site, program: Path) -> list[str]:
    newer = (binaries.version("tempo", program) or _TEMPO_3) >= _TEMPO_3
    name = "tempo.yaml" if newer else "tempo-2.9.yaml"
    return [f"-config.file={site.files / 'tempo' / name}", "-config.expand-env=true"]


def _tempo_variables(site: Site) -> dict[str, str]:
    return {
        "TEMPO_HTTP_PORT": str(site.ports.tempo),
        "TEMPO_GRPC_PORT": str(site.ports.tempo_grpc),
        "TEMPO_OTLP_LISTEN": site.address("tempo_otlp"),
        "TEMPO_DATA": str(site.data("tempo")),
        "PROMETHEUS_URL": site.url("prometheus"),
    }


def _loki(site: Site, _: Path) -> list[str]:
    return [f"-config.file={site.files / 'loki' / 'loki.yaml'}", "-config.expand-env=true"]


def _loki_variables(site: Site) -> dict[str, str]:
    return {
        "LOKI_HTTP_PORT": str(site.ports.loki),
        "LOKI_GRPC_PORT": str(site.ports.loki_grpc),
        "LOKI_DATA": str(site.data("loki")),
    }


def _grafana(_: Site, program: Path) -> list[str]:
    return ["server", f"--homepath={_grafana_home(program)}"]


def _grafana_home(program: Path) -> Path:
    """Return the folder with Grafana's front end: above the program, or where packages put it."""
    named = os.environ.get("GF_PATHS_HOME")
    homes = [Path(named)] if named else [program.resolve().parents[1], Path("/usr/share/grafana")]
    return next((home for home in homes if (home / "conf" / "defaults.ini").exists()), homes[0])


def _grafana_variables(site: Site) -> dict[str, str]:
    return {
        "GF_SERVER_HTTP_ADDR": LOOPBACK,
        "GF_SERVER_HTTP_PORT": str(site.ports.grafana),
        "GF_PATHS_DATA": str(site.data("grafana")),
        "GF_PATHS_LOGS": str(site.logs),
        "GF_PATHS_PLUGINS": str(site.data("grafana") / "plugins"),
        "GF_PATHS_PROVISIONING": str(site.files / "grafana" / "provisioning"),
        "GF_LOG_MODE": "console",
        "GF_ANALYTICS_REPORTING_ENABLED": "false",
        "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
        "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": "false",
        "GF_PLUGINS_PREINSTALL_DISABLED": "true",
        "GF_NEWS_NEWS_FEED_ENABLED": "false",
        "GF_SECURITY_ADMIN_PASSWORD": f"$__file{{{site.grafana_password}}}",
        "SPANSIGHT_DASHBOARDS": str(site.files / "grafana" / "dashboards"),
        "PROMETHEUS_URL": site.url("prometheus"),
        "TEMPO_URL": site.url("tempo"),
        "LOKI_URL": site.url("loki"),
        "ALERTMANAGER_URL": site.url("alertmanager"),
    }


def _none(_: Site) -> dict[str, str]:
    return {}


SERVERS: Final[Mapping[str, Server]] = {
    "prometheus": Server(
        arguments=_prometheus,
        variables=_none,
        ports=("prometheus",),
        ready=("prometheus", "/-/ready"),
        memory_mib=384,
    ),
    "alertmanager": Server(
        arguments=_alertmanager,
        variables=_none,
        ports=("alertmanager",),
        ready=("alertmanager", "/-/ready"),
        memory_mib=64,
    ),
    "loki": Server(
        arguments=_loki,
        variables=_loki_variables,
        ports=("loki", "loki_grpc"),
        ready=("loki", "/ready"),
        memory_mib=384,
    ),
    "tempo": Server(
        arguments=_tempo,
        variables=_tempo_variables,
        ports=("tempo", "tempo_grpc", "tempo_otlp"),
        ready=("tempo", "/ready"),
        memory_mib=448,
    ),
    "collector": Server(
        arguments=_collector,
        variables=_collector_variables,
        ports=(
            "otlp_http",
            "otlp_grpc",
            "collector_health",
            "collector_metrics",
            "derived_metrics",
        ),
        ready=("collector_health", "/"),
        memory_mib=300,
    ),
    "grafana": Server(
        arguments=_grafana,
        variables=_grafana_variables,
        ports=("grafana",),
        ready=("grafana", "/api/health"),
        memory_mib=384,
    ),
}
"""In the order of starting, which nothing depends on: each server waits for the others."""
