"""How long each panel's query takes over a day of data: `python benches/boards.py`.

A real Prometheus with a day of fifteen-second samples of every derived metric, then each query of
every committed board as Grafana would ask it.  Prints the slowest, and how many exceed a second.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any, Final

import requests

from spansight.conventions import labels, metrics
from spansight.stack import binaries, files
from spansight.stack.ports import LOOPBACK, Ports

STEP_S: Final = 15
DAY_S: Final = 86_400
POINTS: Final = 1440
"""Of a panel as wide as a screen: a step of a minute over a day."""
VALUES: Final = {
    labels.SERVICE: ("shop", "faq", "mail", "desk"),
    labels.MODEL: ("gpt-4o", "gpt-4o-mini"),
    labels.FEATURE: ("chat", "summary"),
    labels.STATUS: ("success", "error"),
    labels.DIRECTION: ("input", "output"),
    labels.COMPONENT: ("input", "output"),
    labels.STAGE: ("embed", "search", "rerank", "total"),
    labels.EVALUATION: ("faithfulness", "relevancy", "toxicity"),
}
"""Label → its values; every other label has one."""
SLOWEST: Final = 5


def main() -> None:
    """Make the data, ask every panel's query, and print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        begin = int(time.time()) // DAY_S * DAY_S - DAY_S
        text = Path(folder) / "day.txt"
        with text.open("w") as file:
            count = sum(file.write(block) and 1 for block in families(begin))
        command = [binaries.find("promtool"), "tsdb", "create-blocks-from", "openmetrics"]
        subprocess.run([*command, text, data], check=True, stdout=subprocess.DEVNULL)
        say(f"{count} series, {count * DAY_S // STEP_S:,} samples")
        measure(Path(folder), data, begin + DAY_S)


def families(begin: int) -> Iterator[str]:
    """Yield the text of each series, a family at a time, as OpenMetrics wants it."""
    for metric in (*metrics.ALL, *metrics.CONTROL):
        family = metric.prometheus.removesuffix("_total")
        head = f"# TYPE {family} {metric.kind}\n"
        for said in combinations(metric):
            for name, more in series(metric):
                pairs = ",".join(f'{key}="{value}"' for key, value in {**said, **more}.items())
                yield head + "".join(
                    f"{name}{{{pairs}}} {tick * 3} {begin + tick * STEP_S}\n"
                    for tick in range(DAY_S // STEP_S)
                )
                head = ""
    yield "# EOF\n"


def combinations(metric: metrics.Metric) -> Iterator[dict[str, str]]:
    choices = [VALUES.get(label, (f"one-{label}",)) for label in metric.labels]
    for chosen in product(*choices):
        yield dict(zip(metric.labels, chosen, strict=True))


def series(metric: metrics.Metric) -> Iterator[tuple[str, dict[str, str]]]:
    if metric.kind != "histogram":
        yield metric.prometheus, {}
        return
    for bound in (*metric.buckets, float("inf")):
        text = "+Inf" if bound == float("inf") else f"{float(bound)}"
        yield metric.bucket, {labels.BUCKET: text}
    yield metric.sum, {}
    yield metric.count, {}


def measure(folder: Path, data: Path, end: int) -> None:
    port = Ports.free().prometheus
    (folder / "prometheus.yml").write_text("{}")
    server = subprocess.Popen(
        [
            binaries.find("prometheus"),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={data}",
            "--storage.tsdb.retention.time=90d",
            f"--web.listen-address={LOOPBACK}:{port}",
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://{LOOPBACK}:{port}"
        while not ready(url):
            time.sleep(0.1)
        report(sorted(timed(url, end), reverse=True))
    finally:
        server.terminate()
        server.wait()


def ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/-/ready", timeout=1).ok
    except requests.ConnectionError:
        return False


def timed(url: str, end: int) -> Iterator[tuple[float, str]]:
    for path in sorted((files.root() / "grafana" / "dashboards").rglob("*.json")):
        for panel in json.loads(path.read_text("utf-8"))["panels"]:
            took = sum(asked(url, target, end) for target in panel.get("targets", ()))
            yield took, f"{path.stem}: {panel['title']}"


def asked(url: str, target: Mapping[str, Any], end: int) -> float:
    if target.get("datasource", {}).get("uid") != "${prometheus}":
        return 0
    expression = re.sub(r"\$\{?__rate_interval\}?|\$\{?__interval\}?", "1m", target["expr"])
    expression = re.sub(r"\$\{?__range\}?", "1d", expression)
    # A variable that is a window, or how far ahead it lies; every other one selects.
    expression = re.sub(r"(\[|offset -?)\$\{?\w+\}?", r"\g<1>1d", expression)
    expression = re.sub(r"\$\{?\w+(:\w+)?\}?", ".*", expression)
    instant = {"query": expression, "time": end}
    whole = {"query": expression, "start": end - DAY_S, "end": end, "step": DAY_S // POINTS}
    kind, query = ("query", instant) if target.get("instant") else ("query_range", whole)
    began = time.perf_counter()
    answer = requests.post(f"{url}/api/v1/{kind}", data=query, timeout=120)
    took = time.perf_counter() - began
    if not answer.ok:
        say(f"{answer.json()['error']}: {expression}")
    return took


def report(times: list[tuple[float, str]]) -> None:
    for took, panel in times[:SLOWEST]:
        say(f"{took:6.2f} s  {panel}")
    say(f"{sum(took > 1 for took, _ in times)} of {len(times)} panels took more than a second")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
