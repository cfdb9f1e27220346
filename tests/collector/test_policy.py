"""Every documented combination of files keeps to the policy, and each rule can be broken."""

import json
import os
import re
import subprocess
from functools import cache
from typing import Any, Final, cast

import pytest
import yaml

from collector.policy import RULES, Rule
from collector.process import FILES, FOLDER, arguments
from spansight.stack import binaries, files

OVERLAYS: Final = ("exposed", "sampling")
COMBINATIONS: Final = ((), ("exposed",), ("sampling",), ("exposed", "sampling"))

OFFENCES: Final = {
    "limiter_is_first": "service: {pipelines: {traces: {processors: [transform/privacy]}}}",
    "nothing_prints": "exporters: {debug: {verbosity: detailed}}",
    "exports_are_encrypted": "exporters: {otlp_http/loki: {endpoint: 'http://loki.example.com'}}",
    "stores_have_a_queue": "exporters: {otlp_http/loki: {sending_queue: {storage: null}}}",
    "nothing_waits_before_a_queue": (
        "service: {pipelines: {logs: {processors: [memory_limiter, batch, transform/privacy]}}}"
    ),
    "everything_stored_is_masked": "service: {pipelines: {traces: {processors: [memory_limiter]}}}",
    "strangers_need_a_token": (
        "receivers: {otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317', auth: null}}}}"
    ),
    "the_team_is_authenticated": (
        "receivers: {otlp: {protocols: {http: {auth: {authenticator: bearertokenauth}}}}}\n"
        "service: {pipelines: {traces: {receivers: [otlp]}}}"
    ),
    "requests_are_bounded": (
        "receivers: {otlp: {protocols: {http: {cors: {allowed_origins: ['https://*']}}}}}"
    ),
    "own_state_is_private": "extensions: {health_check: {endpoint: '0.0.0.0:13133'}}",
    "own_telemetry_is_fetched": "service: {telemetry: {logs: {processors: [{batch: {}}]}}}",
    "secrets_are_in_files": "extensions: {bearertokenauth: {token: b7e2}}",
}
"""Rule → an overlay that breaks it."""


@cache
def rendered(*overlays: str) -> dict[str, Any]:
    """Return the configuration as the Collector understands and accepts it, every default told."""
    bare = {key: text for key, text in os.environ.items() if not key.startswith("SPANSIGHT_")}
    said = subprocess.run(
        [
            *(binaries.find("collector"), "print-config", "--format=json"),
            *arguments(*(str(FOLDER / f"{name}.yaml") for name in overlays)),
        ],
        cwd=files.root(),
        env=bare | {"SPANSIGHT_TOKEN_TEAM": "search"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return two configurations as --config merges them: maps merge, all else replaces."""
    both = dict(below)
    for key, value in above.items():
        under: object = both.get(key)
        if isinstance(under, dict) and isinstance(value, dict):
            both[key] = merged(cast("dict[str, Any]", under), cast("dict[str, Any]", value))
        else:
            both[key] = value
    return both


@pytest.mark.stack
@pytest.mark.parametrize("overlays", COMBINATIONS, ids="+".join)
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_combination_of_files_keeps_to_the_policy(rule: Rule, overlays: tuple[str, ...]) -> None:
    assert list(rule(rendered(*overlays))) == []


@pytest.mark.stack
@pytest.mark.parametrize("name", RULES)
def test_a_rule_can_be_broken(name: str) -> None:
    offended = merged(rendered(), yaml.safe_load(OFFENCES[name]))
    assert list(RULES[name](offended))


@pytest.mark.stack
def test_sampling_comes_after_the_metrics_have_branched_off() -> None:
    pipes = rendered("sampling")["service"]["pipelines"]
    assert "forward/metrics" in pipes["traces"]["exporters"]
    samplers = [name for name, pipe in pipes.items() if "tail_sampling" in pipe["processors"]]
    assert samplers == ["traces/sampling"]
    assert pipes["traces/sampling"]["exporters"] == ["otlp_http/tempo"]


@pytest.mark.stack
def test_an_overlay_takes_no_extension_away() -> None:
    """Lists replace: what the common file adds, an overlay must repeat."""
    common = rendered()["service"]["extensions"]
    assert set(common) <= set(rendered(*OVERLAYS)["service"]["extensions"])


def test_configuration_comes_from_this_machine_only() -> None:
    sources = {
        scheme
        for file in (*FILES, *(FOLDER / f"{name}.yaml" for name in OVERLAYS))
        for scheme in re.findall(r"(?<!\$)\$\{(\w+):", file.read_text("utf-8"))
    }
    assert sources <= {"env", "file"}
    builder = yaml.safe_load((files.root() / "toolchain/collector/builder.yaml").read_text("utf-8"))
    providers = {re.split(r"[/ ]", row["gomod"])[-2] for row in builder["providers"]}
    assert providers == {"envprovider", "fileprovider", "yamlprovider"}


def test_every_overlay_is_documented() -> None:
    documented = (FOLDER / "README.md").read_text("utf-8")
    written = {file.stem for file in FOLDER.glob("*.yaml")} - {"prices"}
    assert written == {file.stem for file in FILES} | set(OVERLAYS)
    assert all(f"`{name}.yaml`" in documented for name in OVERLAYS)
