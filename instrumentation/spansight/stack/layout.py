"""The run folder of a native stack: data, logs, and the shipped files as Prometheus wants them."""

import json
import os
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Final

from spansight.conventions.environment import GRAFANA_PASSWORD
from spansight.errors import StackError
from spansight.stack.servers import Site

_JOBS: Final = {
    "spansight": "derived_metrics",
    "otelcol": "collector_metrics",
    "prometheus": "prometheus",
    "alertmanager": "alertmanager",
    "tempo": "tempo",
    "loki": "loki",
    "grafana": "grafana",
}
"""Prometheus job → the port it scrapes."""


def lay_out(site: Site, servers: Collection[str]) -> None:
    """Prepare the run folder for these servers; what is there from an earlier run stays."""
    try:
        for folder in (site.logs, *map(site.data, servers)):
            folder.mkdir(parents=True, exist_ok=True)
        _link_prometheus_files(site)
        _write_targets(site, with_grafana="grafana" in servers)
        if "grafana" in servers:
            (site.data("grafana") / "plugins").mkdir(exist_ok=True)
            _write_password(site.grafana_password)
    except OSError as error:
        raise StackError(
            f"the run folder {str(site.folder)!r} cannot be written: {error.strerror}"
        ) from None


def _link_prometheus_files(site: Site) -> None:
    """Its configuration finds rules and targets beside itself, and only targets differ here."""
    site.prometheus.mkdir(exist_ok=True)
    for name in ("prometheus.yml", "rules"):
        link = site.prometheus / name
        link.unlink(missing_ok=True)
        link.symlink_to(site.files / "prometheus" / name)


def _write_targets(site: Site, *, with_grafana: bool) -> None:
    groups = [
        {"labels": {"job": job}, "targets": [site.address(port)]}
        for job, port in _JOBS.items()
        if job != "grafana" or with_grafana
    ]
    folder = site.prometheus / "targets"
    folder.mkdir(exist_ok=True)
    # JSON is YAML, and the name is what prometheus.yml looks for.
    (folder / "native.yaml").write_text(json.dumps(groups, indent=2) + "\n")


def _write_password(path: Path) -> None:
    """Keep the first password: Grafana's database knows it from its first start on."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(os.environ.get(GRAFANA_PASSWORD.name) or secrets.token_urlsafe(12))
