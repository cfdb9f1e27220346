"""Evaluators by name."""

import json
import sys
from pathlib import Path

import pytest

from spansight.errors import ConfigError
from spansight.evals import Case
from spansight.evals.checks import Language, Length, Matches, MatchesSchema, WithinLatency
from spansight.evals.online import evaluators_of, known
from spansight.evals.toxicity import Toxicity


def test_the_usual_ones_have_limits_that_can_be_moved() -> None:
    usual = evaluators_of("usual")
    assert [*usual] == [name for name, one in known().items() if one.is_usual]
    assert usual["within_latency"] == WithinLatency(10)
    assert evaluators_of(" usual , within_latency=2.5")["within_latency"] == WithinLatency(2.5)


def test_those_with_an_argument(tmp_path: Path) -> None:
    schema = tmp_path / "ticket.json"
    schema.write_text(json.dumps({"type": "object"}))
    found = evaluators_of(f"language=ko,matches=^[0-9]+$,matches_schema={schema},length=5,toxicity")
    assert found.pop("toxicity") == Toxicity()
    assert found == {
        "language": Language("ko"),
        "matches": Matches("^[0-9]+$"),
        "matches_schema": MatchesSchema({"type": "object"}),
        "length": Length(most=5),
    }


def test_one_of_your_own_has_the_name_that_you_give_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop_quality.py").write_text(
        "class Polite:\n"
        "    def evaluate(self, case):\n"
        "        return 'please' in case.answer\n"
        "instance = Polite()\n"
        "nothing = 1\n"
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    found = evaluators_of("polite=shop_quality:Polite,kind=shop_quality:instance")
    case = Case(id="1", question="?", answer="yes, please")
    assert [one.evaluate(case) for one in found.values()] == [True, True]
    with pytest.raises(ConfigError, match="a int; expected an object with evaluate"):
        evaluators_of("polite=shop_quality:nothing")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("politeness", r"'politeness': expected one of usual, not_empty, .* or name=module:eval"),
        ("not_empty=3", r"'not_empty=3': expected not_empty alone"),
        ("language", r"'language': expected language=ko or en"),
        ("language=fr", r"language='fr': expected en or ko"),
        ("within_latency=soon", r"within_latency='soon': expected a number of seconds above 0"),
        ("within_latency=inf", r"'inf': expected a number of seconds above 0"),
        ("within_tokens=-1", r"within_tokens='-1': expected a whole number above 0"),
        ("matches=(", r"pattern '\('"),
        ("matches_schema=no.json", r"'no.json': .*expected a file with a JSON Schema"),
        ("polite=no_such:Polite", r"no module 'no_such'"),
    ],
)
def test_a_wrong_entry_is_one_clear_error_or_is_left_out(entry: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        evaluators_of(entry)
    refused: list[str] = []
    assert [*evaluators_of(f"{entry},not_empty", refuse=refused.append)] == ["not_empty"]
    (line,) = refused
    assert line.startswith("SPANSIGHT_EVALUATE: ")
    assert line.endswith("; not evaluated")
