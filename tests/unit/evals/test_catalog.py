"""Evaluators by name, and what a name that is none is answered with."""

import sys
from pathlib import Path

import pytest

from spansight.errors import ConfigError
from spansight.evals import Case, Faithfulness, Verdict
from spansight.evals.catalog import named
from spansight.evals.checks import Length
from spansight.evals.places import loaded
from spansight.evals.quality import Ranked

MODULE = """
import not_installed_anywhere
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in a folder that Python does not look in by itself."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return tmp_path


def test_measures_checks_and_searches_have_names() -> None:
    found = named(["faithfulness", "length=5", "recall_at_5", "reciprocal_rank"])
    assert found == {
        "faithfulness": Faithfulness(),
        "length": Length(most=5),
        "recall_at_5": Ranked("recall_at_5", 5),
        "reciprocal_rank": Ranked("reciprocal_rank", 1),
    }


def test_one_of_the_user_s_own_is_found_in_the_current_folder(folder: Path) -> None:
    (folder / "my_quality.py").write_text(
        "class Short:\n    def evaluate(self, case):\n        return len(case.answer) < 5\n"
        "short = Short()\n"
    )
    found = named(["my_quality:Short", "tiny=my_quality:short"])
    case = Case(id="1", question="q", answer="long enough")
    assert {name: one.evaluate(case) for name, one in found.items()} == {
        "Short": False,
        "tiny": False,
    }


def test_a_name_twice_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match="evaluator 'length' twice; expected each once"):
        named(["length=5", "length=6"])


def test_what_the_user_s_module_lacks_is_its_own_error(folder: Path) -> None:
    (folder / "my_broken.py").write_text(MODULE)
    with pytest.raises(ModuleNotFoundError, match="not_installed_anywhere"):
        loaded("my_broken:Short", "evaluator")
    with pytest.raises(ConfigError, match="no module 'my_absent' here or installed"):
        loaded("my_absent:Short", "evaluator")


@pytest.mark.parametrize("place", ["module", ":name", "module:"])
def test_half_a_place_is_a_mistake(place: str) -> None:
    with pytest.raises(ConfigError, match="expected module:name, such as rag_app:answer"):
        loaded(place, "target")


def test_a_name_of_none_is_answered_with_all_there_are_and_the_nearest() -> None:
    with pytest.raises(ConfigError) as raised:
        named(["completness"])
    said = str(raised.value)
    assert said.startswith("evaluator 'completness': expected one of usual, faithfulness, ")
    for name in ("context_recall", "not_empty", "recall_at_K", "judge=…", "module:name"):
        assert f" {name}" in said
    assert said.endswith("; did you mean 'completeness'?")


def test_what_stands_after_a_check_s_name_is_the_check_s(folder: Path) -> None:
    (folder / "my_scorer.py").write_text("def score(text):\n    return 0.25\n")
    found = named(["matches=^\\w+: ", "toxicity=my_scorer:score", "usual"])
    case = Case(id="1", question="q", answer="Fare: 7 won")
    assert found["matches"].evaluate(case) is True
    verdict = found["toxicity"].evaluate(case)
    assert isinstance(verdict, Verdict)
    assert verdict.value == 0.25
    assert "not_refused" in found
