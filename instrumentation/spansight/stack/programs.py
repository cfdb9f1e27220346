"""The servers' programs: how to recognise one, which version will do, how to build it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How `go build` makes a program from a folder of ``toolchain/``."""

    folder: str
    package: str
    version_variable: str = ""
    """The Go variable that `--version` prints; a build from a module leaves it empty."""
    tags: str = ""
    generated: bool = False
    """The sources are what the Collector builder writes from builder.yaml."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One program; one found on PATH will do from `version` on, up to but not including `below`."""

    executable: str
    version: str
    below: str
    banner: str
    """How its `--version` begins, up to the number: other programs are called `tempo` too."""
    recipe: Recipe | None


_PROMETHEUS_VERSION: Final = "github.com/prometheus/common/version.Version"

PROGRAMS: Final = {
    "collector": Program(
        executable="otelcol-contrib",
        version="0.161.0",
        below="1",
        banner="otelcol-contrib version ",
        recipe=Recipe(folder="collector", package=".", generated=True),
    ),
    "prometheus": Program(
        executable="prometheus",
        version="3.15.0",
        below="4",
        banner="prometheus, version ",
        recipe=Recipe(
            folder="prometheus",
            package="github.com/prometheus/prometheus/cmd/prometheus",
            version_variable=_PROMETHEUS_VERSION,
            tags="netgo",
        ),
    ),
    "promtool": Program(
        executable="promtool",
        version="3.15.0",
        below="4",
        banner="promtool, version ",
        recipe=Recipe(
            folder="prometheus",
            package="github.com/prometheus/prometheus/cmd/promtool",
            version_variable=_PROMETHEUS_VERSION,
            tags="netgo",
        ),
    ),
    "alertmanager": Program(
        executable="alertmanager",
        version="0.31.1",
        below="1",
        banner="alertmanager, version ",
        recipe=Recipe(
            folder="alertmanager",
            package="github.com/prometheus/alertmanager/cmd/alertmanager",
            version_variable=_PROMETHEUS_VERSION,
        ),
    ),
    "amtool": Program(
        executable="amtool",
        version="0.31.1",
        below="1",
        banner="amtool, version ",
        recipe=Recipe(
            folder="alertmanager",
            package="github.com/prometheus/alertmanager/cmd/amtool",
            version_variable=_PROMETHEUS_VERSION,
        ),
    ),
    "loki": Program(
        executable="loki",
        version="3.7.8",
        below="4",
        banner="loki, version ",
        recipe=Recipe(
            folder="loki",
            package="github.com/grafana/loki/v3/cmd/loki",
            version_variable="github.com/grafana/loki/v3/pkg/util/build.Version",
            tags="netgo",
        ),
    ),
    # 2.9.0 is the newest Tempo that builds from a module; 3.x runs too, where there is one.
    "tempo": Program(
        executable="tempo",
        version="2.9.0",
        below="4",
        banner="tempo, version ",
        recipe=Recipe(
            folder="tempo",
            package="github.com/grafana/tempo/cmd/tempo",
            version_variable="main.Version",
        ),
    ),
    # Grafana needs a built front end: no module carries one.
    "grafana": Program(
        executable="grafana",
        version="12.4.0",
        below="14",
        banner="grafana version ",
        recipe=None,
    ),
}

BUILDER: Final = Recipe(folder="builder", package="go.opentelemetry.io/collector/cmd/builder")
"""Writes the Collector's main package."""
