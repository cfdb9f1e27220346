"""The ways to switch on: one span of one call by each, and nothing at all by none."""

import sys
from pathlib import Path

import pytest

from spansight.conventions import attributes
from spansight.demo.provider import ANSWER, Provider
from support.otlp_sink import Sink
from support.processes import PROGRAMS, environment, python, run

BIN = Path(sys.executable).parent
HOOK = Path(__file__).parents[2] / "instrumentation" / "spansight.pth"
ENABLED = {"SPANSIGHT_ENABLED": "true"}


@pytest.mark.parametrize(
    ("wrapper", "settings"),
    [
        ((), ENABLED),
        ((BIN / "spansight", "run"), {}),
        ((BIN / "spansight", "run", "--"), ENABLED),
        ((BIN / "opentelemetry-instrument",), {}),
        ((BIN / "opentelemetry-instrument",), ENABLED),
    ],
    ids=["variable", "run", "run and variable", "wrapper", "wrapper and variable"],
)
def test_every_way_in_makes_one_span_of_one_call(
    provider: Provider, sink: Sink, wrapper: tuple[str | Path, ...], settings: dict[str, str]
) -> None:
    done = run(
        [*wrapper, *python("one.py")],
        environment(
            PROVIDER=provider.root,
            OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
            OTEL_SERVICE_NAME="shop",
            SPANSIGHT_TEAM="search",
            **settings,
        ),
    )
    assert (done.code, done.output, done.errors) == (0, f"{ANSWER}\n", "")
    (span,) = sink.spans
    assert span.resource["service.name"] == "shop"
    assert span.resource["telemetry.distro.name"] == "spansight"
    assert span.attributes[attributes.TEAM] == "search"
    assert not sink.events


def test_a_module_run_by_name_is_a_program_too(provider: Provider, sink: Sink) -> None:
    environ = environment(
        PROVIDER=provider.root,
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
        PYTHONPATH=str(PROGRAMS),
        **ENABLED,
    )
    done = run([sys.executable, "-m", "one"], environ)
    assert (done.code, done.output, done.errors) == (0, f"{ANSWER}\n", "")
    assert len(sink.spans) == 1


@pytest.mark.parametrize("unset", [{}, {"SPANSIGHT_ENABLED": ""}, {"SPANSIGHT_ENABLED": "False"}])
def test_without_the_variable_nothing_is_imported(unset: dict[str, str]) -> None:
    line = HOOK.read_text()
    # Without `site`, which imports os and runs the hook: alone, it adds nothing to those.
    listing = (
        f"import os, sys; seen = {{*sys.modules}}; {line.strip()}; print({{*sys.modules}} - seen)"
    )
    done = run([sys.executable, "-S", "-c", listing], environment(**unset))
    assert (done.output, done.errors) == ("set()\n", "")
    ours = "import sys; print([n for n in sys.modules if n.startswith(('spansight', 'opentel'))])"
    done = run([sys.executable, "-c", ours], environment(**unset))
    assert (done.output, done.errors) == ("[]\n", "")


def test_a_program_that_never_imports_openai_does_not_pay_for_it() -> None:
    listing = "import sys; print('openai' in sys.modules, 'spansight' in sys.modules)"
    done = run([sys.executable, "-c", listing], environment(**ENABLED))
    assert (done.output, done.errors) == ("False True\n", "")


@pytest.mark.parametrize("instrumentor", ["official", "openllmetry"])
def test_warnings_that_are_errors_leave_it_instrumented(
    provider: Provider, sink: Sink, instrumentor: str
) -> None:
    environ = environment(
        **ENABLED,
        PROVIDER=provider.root,
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
        SPANSIGHT_INSTRUMENTOR=instrumentor,
        PYTHONWARNINGS="error",
    )
    done = run(python("one.py"), environ)
    assert (done.code, done.output, done.errors) == (0, f"{ANSWER}\n", "")
    assert [span.name for span in sink.spans] == ["chat gpt-4o"]


def test_a_hook_that_cannot_work_lets_the_interpreter_start(tmp_path: Path) -> None:
    broken = tmp_path / "opentelemetry"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise RuntimeError('broken')\n")
    settings = environment(**ENABLED) | {"PYTHONPATH": str(tmp_path)}
    done = run([sys.executable, "-c", "print('runs')"], settings)
    assert (done.code, done.output) == (0, "runs\n")
    assert done.errors == (
        "spansight: could not start: RuntimeError('broken'); the application runs without it\n"
    )


def test_run_leaves_the_application_its_own_sitecustomize(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import builtins; builtins.mine = True\n")
    settings = environment() | {"PYTHONPATH": str(tmp_path)}
    command = [BIN / "spansight", "run", sys.executable, "-c", "import builtins; print(mine)"]
    assert run(command, settings).output == "True\n"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ([], "spansight: run needs a program: spansight run python app.py\n"),
        (["no-such"], "spansight: program 'no-such': not found on PATH; check the spelling\n"),
    ],
)
def test_run_without_a_program_says_what_to_type(command: list[str], expected: str) -> None:
    done = run([BIN / "spansight", "run", *command], environment())
    assert (done.code, done.output, done.errors) == (2, "", expected)
