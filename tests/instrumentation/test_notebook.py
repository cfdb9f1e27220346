"""A notebook: its kernel is a process like any other, switched on from outside or in a cell."""

import sys

import pytest

from spansight.demo.provider import ANSWER, Provider
from support.otlp_sink import Sink
from support.processes import PROGRAMS, environment, python, run

CALL = f"import runpy; runpy.run_path({str(PROGRAMS / 'one.py')!r}); None"
SHOWN = "import sys; print('spansight' in sys.modules)"


@pytest.mark.parametrize(
    ("enabled", "cells"),
    [
        ("true", [SHOWN, CALL]),
        ("false", ["import openai", "import spansight; spansight.instrument()", SHOWN, CALL]),
    ],
    ids=["by the variable", "in a cell"],
)
def test_a_notebook_sends_its_calls_when_its_kernel_ends(
    provider: Provider, sink: Sink, enabled: str, cells: list[str]
) -> None:
    environ = environment(
        PROVIDER=provider.root,
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
        OTEL_BSP_SCHEDULE_DELAY="60000",
        SPANSIGHT_ENABLED=enabled,
        PATH=f"{sys.prefix}/bin",
    )
    done = run(python("notebook.py", *cells), environ, within_s=90)
    assert done.code == 0, done.errors
    assert done.output.splitlines() == ["True", ANSWER]
    assert [span.name for span in sink.spans] == ["chat gpt-4o"]
