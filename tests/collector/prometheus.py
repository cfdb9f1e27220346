"""A real Prometheus that scrapes Collectors, with the shipped configuration but in a hurry."""

import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

import requests
import yaml

from collector.process import eventually
from spansight.stack import binaries, files
from spansight.stack.ports import LOOPBACK, Ports
from spansight.stores.prometheus import Prometheus

FOLDER: Final = files.root() / "prometheus"
QUICK_S: Final = 1
"""Instead of 15 s: between scrapes, and between evaluations; more where a scrape takes long."""


@contextmanager
def scraping(
    folder: Path, *collectors: Ports, every_s: int = QUICK_S, rules: Path = FOLDER / "rules"
) -> Generator[Prometheus]:
    """Run a Prometheus over these Collectors, with these rules, until the block ends."""
    port = Ports.free().prometheus
    (folder / "targets").mkdir(parents=True)
    (folder / "targets" / "collectors.yaml").write_text(yaml.safe_dump(_targets(collectors)))
    (folder / "prometheus.yml").write_text(yaml.safe_dump(_configuration(every_s, rules)))
    with (folder / "prometheus.log").open("w") as log:
        started = subprocess.Popen(
            [
                binaries.find("prometheus"),
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address={LOOPBACK}:{port}",
                "--enable-feature=exemplar-storage,created-timestamp-zero-ingestion",
            ],
            stdout=log,
            stderr=log,
        )
        try:
            server = Prometheus(f"http://{LOOPBACK}:{port}")
            eventually(lambda: _is_ready(server), within_s=30)
            yield server
        finally:
            started.terminate()
            started.wait(timeout=30)


def _configuration(every_s: int, folder: Path) -> Mapping[str, Any]:
    shipped = cast("dict[str, Any]", yaml.safe_load((FOLDER / "prometheus.yml").read_text()))
    hurry = {"scrape_interval": f"{every_s}s", "evaluation_interval": f"{QUICK_S}s"}
    rules = {"rule_files": [str(folder / "*.yaml")]}
    return {key: part for key, part in shipped.items() if key != "alerting"} | {
        "global": hurry,
        **rules,
    }


def _targets(collectors: tuple[Ports, ...]) -> list[dict[str, Any]]:
    return [
        {"labels": {"job": job}, "targets": [f"{LOOPBACK}:{port}" for port in ports]}
        for job, ports in (
            ("spansight", [each.derived_metrics for each in collectors]),
            ("otelcol", [each.collector_metrics for each in collectors]),
        )
    ]


def _is_ready(server: Prometheus) -> None:
    try:
        assert requests.get(f"{server.url}/-/ready", timeout=2).status_code == 200
    except requests.ConnectionError as error:
        raise AssertionError from error
