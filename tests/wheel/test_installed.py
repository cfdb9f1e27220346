"""The built wheel in a clean environment: what a user gets."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from spansight.demo.provider import ANSWER, Provider
from support.otlp_sink import Sink
from support.processes import PROGRAMS, environment, run

ROOT = Path(__file__).parents[2]
UV = shutil.which("uv") or str(ROOT / ".tools/bin/uv")


def uv(*arguments: str | Path) -> None:
    subprocess.run([UV, *arguments], cwd=ROOT, check=True, capture_output=True, timeout=240)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--out-dir", out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of an environment that has the wheel and openai, no more."""
    home = tmp_path_factory.mktemp("clean") / "venv"
    uv("venv", home)
    uv("pip", "install", "--python", home, wheel, "openai>=2.54,<4")
    return home / "bin"


@pytest.fixture
def traffic() -> Iterator[tuple[Sink, dict[str, str]]]:
    with Provider() as provider, Sink() as sink:
        yield (
            sink,
            environment(
                PROVIDER=provider.root,
                OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
                PATH=os.environ["PATH"],
            ),
        )


def test_the_wheel_holds_the_hook_and_the_files_of_the_stack(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    assert "spansight.pth" in names
    assert {
        "spansight/_files/docker-compose.yml",
        "spansight/_files/collector/config.yaml",
        "spansight/_files/prometheus/prometheus.yml",
        "spansight/_files/tempo/tempo.yaml",
        "spansight/_files/loki/loki.yaml",
        "spansight/telemetry/boot/sitecustomize.py",
    } <= names


def test_the_variable_alone_makes_a_span(
    installed: Path, traffic: tuple[Sink, dict[str, str]]
) -> None:
    sink, settings = traffic
    done = run(
        [installed / "python", PROGRAMS / "one.py"], settings | {"SPANSIGHT_ENABLED": "true"}
    )
    assert (done.code, done.output, done.errors) == (0, f"{ANSWER}\n", "")
    assert [span.name for span in sink.spans] == ["chat gpt-4o"]


def test_without_the_variable_there_is_none(
    installed: Path, traffic: tuple[Sink, dict[str, str]]
) -> None:
    sink, settings = traffic
    done = run([installed / "python", PROGRAMS / "one.py"], settings)
    assert (done.code, done.output, done.errors) == (0, f"{ANSWER}\n", "")
    assert not sink.spans


def test_run_needs_no_extra(installed: Path, traffic: tuple[Sink, dict[str, str]]) -> None:
    sink, settings = traffic
    done = run(
        [installed / "spansight", "run", installed / "python", PROGRAMS / "one.py"], settings
    )
    assert (done.code, done.output, done.errors) == (0, f"{ANSWER}\n", "")
    assert len(sink.spans) == 1


def test_another_command_names_the_extra_it_needs(installed: Path) -> None:
    done = run([installed / "spansight", "doctor"], environment())
    assert done.code == 2
    assert done.errors.startswith("spansight: doctor needs ")
    assert done.errors.endswith("; pip install 'spansight[cli]'\n")


def test_pytest_has_the_fixture_and_nothing_to_warn_of(installed: Path, tmp_path: Path) -> None:
    """Even where the hook has imported us before pytest looks at its plug-ins."""
    uv("pip", "install", "--python", installed.parent, "pytest>=9.2")
    (tmp_path / "test_golden.py").write_text(
        "def test_it(assert_no_regression):\n    assert assert_no_regression\n"
    )
    environ = environment(SPANSIGHT_ENABLED="true", OTEL_SDK_DISABLED="true")
    words = ("-m", "pytest", "-q", "-W", "error", "test_golden.py")
    done = subprocess.run(
        [installed / "python", *words],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
