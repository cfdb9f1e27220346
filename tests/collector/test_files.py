"""The files themselves: they validate, keep the house rules, and use the vocabulary's names."""

import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from collector.process import FILES, FOLDER, arguments
from spansight.conventions import attributes, events, labels, metrics
from spansight.privacy import collector as masking
from spansight.stack import binaries

OWN_METRICS: Final = {metrics.REQUEST, metrics.LATENCY}
"""What span_metrics derives, under names of its own; the rest is signal_to_metrics."""


def merged() -> dict[str, Any]:
    result: dict[str, Any] = {}
    for file in FILES:
        for section, content in yaml.safe_load(file.read_text("utf-8")).items():
            result.setdefault(section, {}).update(content)
    return result


CONFIG: Final = merged()
PIPELINES: Final[dict[str, dict[str, list[str]]]] = CONFIG["service"]["pipelines"]
DERIVED: Final[list[dict[str, Any]]] = [
    row
    for name, connector in CONFIG["connectors"].items()
    if name.startswith("signal_to_metrics/")
    for rows in (connector["spans"], connector.get("logs", ()))
    for row in rows
]


@pytest.mark.stack
def test_the_collector_accepts_the_files_with_every_default(tmp_path: Path) -> None:
    (tmp_path / "collector").symlink_to(FOLDER)
    bare = {key: text for key, text in os.environ.items() if "ENDPOINT" not in key}
    start = time.monotonic()
    said = subprocess.run(
        [binaries.find("collector"), "validate", *arguments()],
        cwd=tmp_path,
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert "deprecated" not in said.stderr
    assert time.monotonic() - start < 20


def test_what_is_written_by_programs_is_up_to_date() -> None:
    assert (FOLDER / "privacy.yaml").read_text("utf-8") == masking.text()


def test_a_store_gets_what_it_can_take_until_it_is_back() -> None:
    stores = {name: exp for name, exp in CONFIG["exporters"].items() if name != "prometheus"}
    assert set(stores) == {"otlp_http/tempo", "otlp_http/loki"}
    for exporter in stores.values():
        assert exporter["retry_on_failure"] == {
            "max_elapsed_time": 0,
            "initial_interval": "1s",
            "max_interval": "15s",
        }
    # Loki takes one message of so much; and no span that is received may be too large to be sent.
    batches = {name: exp["sending_queue"]["batch"]["max_size"] for name, exp in stores.items()}
    taken = CONFIG["receivers"]["otlp"]["protocols"]["http"]["max_request_body_size"]
    assert batches["otlp_http/loki"] < 4 * 1024 * 1024
    assert batches["otlp_http/tempo"] == taken


def test_a_queue_survives_a_power_cut_and_a_damaged_file() -> None:
    storage = CONFIG["extensions"]["file_storage"]
    assert storage["fsync"]
    assert storage["recreate"]


def test_content_is_masked_once_it_is_in_its_place() -> None:
    for name in ("traces", "logs"):
        steps = PIPELINES[name]["processors"]
        assert steps.index("transform/normalise") < steps.index("transform/privacy")
    modes = {name: step.get("error_mode") for name, step in CONFIG["processors"].items()}
    assert modes["transform/privacy"] == "propagate"
    assert modes["transform/normalise"] == modes["transform/cost"] == "ignore"


def test_the_counted_and_timed_calls_are_the_vocabularys() -> None:
    connector = CONFIG["connectors"]["span_metrics"]
    renames = "\n".join(
        CONFIG["processors"]["transform/calls"]["metric_statements"][0]["statements"]
    )
    for metric in OWN_METRICS:
        assert {dimension["name"] for dimension in connector["dimensions"]} == set(metric.labels)
        assert f'"{metric.name}"' in renames
        assert f'"{metric.description}"' in renames
    bounds = [
        f"{bound * 1000:g}ms" if bound < 1 else f"{bound}s" for bound in metrics.LATENCY.buckets
    ]
    assert connector["histogram"]["explicit"]["buckets"] == bounds
    assert connector["exemplars"]["enabled"]


def test_no_label_can_name_a_person() -> None:
    used = {label["key"] for metric in DERIVED for label in metric.get("attributes", ())}
    known = {
        value for name, value in vars(labels).items() if name.isupper() and isinstance(value, str)
    }
    assert used <= known


def test_attributes_of_ours_are_the_vocabularys() -> None:
    text = "".join(file.read_text("utf-8") for file in FILES)
    ours = set(re.findall(r'(?<!\w)attributes\["(spansight\.[a-z_.]+)"\]', text))
    assert ours <= set(attributes.OURS)
    used = set(re.findall(r'"((?:gen_ai\.evaluation\.result|spansight\.feedback))"', text))
    assert used == {events.EVALUATION, events.FEEDBACK}


def test_leaf_calls_and_stages_are_the_vocabularys() -> None:
    asked = [
        set(re.findall(rf'"{attributes.OPERATION_NAME}"\] == "(\w+)"', clause))
        for step in ("transform/cost", "transform/labels")
        for group in CONFIG["processors"][step]["trace_statements"]
        for clause in (" ".join(group.get("conditions", ())), *group["statements"])
    ]
    leaf = set(attributes.INFERENCE_OPERATIONS)
    assert [names for names in asked if len(names & leaf) > 1] == [leaf] * 3
    written = (FOLDER / "metrics.yaml").read_text("utf-8")
    for stage, label in attributes.STAGE_LABELS.items():
        assert f'"{stage}":"{label}"' in written
