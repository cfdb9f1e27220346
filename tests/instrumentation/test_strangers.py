"""Instrumentors of other people: each is loaded, and none can keep another from it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from spansight.demo.provider import ANSWER, Provider
from support.otlp_sink import Sink
from support.processes import environment, python, run

GOOD: Final = """
class Instrumentor:
    is_instrumented_by_opentelemetry = False

    def instrument(self, **kwargs):
        print("loaded", __name__, flush=True)

    def uninstrument(self, **kwargs):
        pass
"""
FAILS: Final = GOOD.replace('print("loaded", __name__, flush=True)', "raise ZeroDivisionError")
STRANGERS: Final[Mapping[str, tuple[str, str]]] = {
    "a_first": (GOOD, "opentelemetry-api"),
    "b_fails": (FAILS, "opentelemetry-api"),
    "c_no_python": ("class", "opentelemetry-api"),
    "d_not_installed": ("import no_such_module", "opentelemetry-api"),
    "e_conflicts": (GOOD, 'openai<1; extra == "instruments"'),
    "z_last": (GOOD, "opentelemetry-api"),
}
"""Name of a package → its code, and what it requires."""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Install them, as far as Python can tell."""
    for name, (code, requirement) in STRANGERS.items():
        (tmp_path / f"{name}.py").write_text(code)
        known = tmp_path / f"{name}-1.0.dist-info"
        known.mkdir()
        (known / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nProvides-Extra: instruments\n"
            f"Requires-Dist: {requirement}\n"
        )
        (known / "entry_points.txt").write_text(
            f"[opentelemetry_instrumentor]\n{name} = {name}:Instrumentor\n"
        )
    return tmp_path


def test_good_ones_load_and_bad_ones_are_a_line(
    packages: Path, provider: Provider, sink: Sink
) -> None:
    settings = environment(
        PROVIDER=provider.root,
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
        PYTHONPATH=str(packages),
        SPANSIGHT_ENABLED="true",
    )
    done = run(python("one.py"), settings)
    *loaded, answer = done.output.splitlines()
    assert (done.code, answer) == (0, ANSWER), done.errors
    assert sorted(loaded) == ["loaded a_first", "loaded z_last"]
    assert [span.name for span in sink.spans] == ["chat gpt-4o"]
    ours = [line for line in done.errors.splitlines() if line.startswith("spansight: ")]
    assert sorted(line.split()[1] for line in ours) == ["b_fails", "c_no_python"]
    assert 'e_conflicts only instruments "openai<1;' in done.errors
