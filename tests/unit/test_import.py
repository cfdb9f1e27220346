"""What `import spansight` costs."""

import subprocess
import sys

import spansight

HEAVY = {"opentelemetry.sdk", "requests", "rich", "yaml", "openai", "wrapt", "google", "numpy"}


def loaded(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


def test_the_root_loads_nothing_but_itself() -> None:
    added = loaded("import spansight") - loaded("import importlib, typing")
    assert added == {"spansight"}


def test_context_stages_and_scores_load_the_api_only() -> None:
    names = ("context", "stage", "evals.record", "feedback", "trace_llm_call")
    used = loaded("; ".join(["import spansight", *(f"spansight.{name}" for name in names)]))
    assert not HEAVY & used


def test_every_public_name_is_there() -> None:
    assert sorted(spansight.__all__) == spansight.__all__ == dir(spansight)
    for name in spansight.__all__:
        assert getattr(spansight, name)
