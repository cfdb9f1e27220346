"""A model of entailment from a folder: a real one in ONNX, small enough to compute its answers."""

import json
import math
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from spansight.errors import ConfigError
from spansight.evals import Case, Faithfulness
from spansight.evals.entailment.nli import Nli, loaded
from support.onnx_model import CALM, DENIED, folder

WORDS = (
    *("refunds", "take", "seven", "days", "passes", "are", "cheap", "trains", "leave", "soon"),
    *("filler", ".", ",", "환불은", "칠일"),
)
REAL = os.environ.get("SPANSIGHT_NLI_MODEL", "")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("nli") / "model", WORDS)


def share(logits: tuple[float, ...], place: int) -> float:
    return math.exp(logits[place]) / math.fsum(map(math.exp, logits))


def test_what_a_passage_entails_is_supported(small: Path) -> None:
    assert (
        Nli(small).objection("Refunds take days.", ["Trains leave.", "Refunds take seven days."])
        is None
    )


def test_nothing_that_entails_it_is_an_objection(small: Path) -> None:
    assert Nli(small).objection("Trains leave soon.", ["Trains leave."]) == (
        "nothing in the context entails it (0%)"
    )
    assert Nli(small).objection("Trains leave soon.", []) == (
        "nothing in the context entails it (0%)"
    )


def test_a_negation_is_a_denial(small: Path) -> None:
    assert Nli(small).objection("Passes are not cheap.", ["Passes are cheap."]) == (
        "the context denies it (100%)"
    )


def test_probabilities_are_those_of_the_labels_in_the_configuration(small: Path) -> None:
    ((entails, denies),) = loaded(small).judged(["refunds take days"], "refunds take days")
    assert entails == pytest.approx(share(CALM, 1), abs=1e-6)
    assert denies == pytest.approx(share(CALM, 0), abs=1e-6)
    logits = tuple(calm + more for calm, more in zip(CALM, DENIED, strict=True))
    ((_, denies),) = loaded(small).judged(["passes are not cheap"], "passes are cheap")
    assert denies == pytest.approx(share(logits, 0), abs=1e-6)


def test_a_short_premise_beside_a_long_one_says_the_same(small: Path) -> None:
    """Padding is masked."""
    alone = loaded(small).judged(["trains leave"], "trains leave")
    both = loaded(small).judged(["trains leave", "trains leave soon " * 20], "trains leave")
    assert both[0] == pytest.approx(alone[0], abs=1e-6)


def test_how_sure_it_has_to_be_is_yours_to_say(small: Path) -> None:
    """It is 84 % sure of what has every word."""
    assert share(CALM, 1) == pytest.approx(0.8438, abs=1e-4)
    assert Nli(small, enough=0.84).objection("Trains leave.", ["Trains leave."]) is None
    assert Nli(small, enough=0.85).objection("Trains leave.", ["Trains leave."]) == (
        "nothing in the context entails it (84%)"
    )


def test_a_long_context_is_read_to_its_end_and_across_its_windows(tmp_path: Path) -> None:
    small = folder(tmp_path, WORDS, most=40)
    filler = "Filler filler filler filler. " * 60
    long = f"{filler}Passes are cheap. {filler}"
    assert Nli(small).objection("Passes are cheap.", [long]) is None
    for before in range(12):
        apart = "Filler filler. " * before + "Passes are filler. Cheap filler. " + filler
        assert Nli(small).objection("Passes are cheap.", [apart]) is None, before


def test_a_sentence_that_is_too_long_alone_is_read_in_parts(tmp_path: Path) -> None:
    small = folder(tmp_path, WORDS, most=40)
    assert Nli(small).objection("Trains leave.", ["filler " * 300 + "trains leave ."]) is None


def test_it_takes_the_place_of_words(small: Path) -> None:
    case = Case(
        id="1",
        question="q",
        answer="환불은 칠일. Refunds take seven days [1]. Trains leave soon.",
        contexts=("refunds take seven days , 환불은 칠일 .",),
    )
    verdict = Faithfulness(Nli(small), by="nli").evaluate(case)
    assert verdict is not None
    assert (verdict.value, verdict.by) == (2 / 3, "nli")
    assert verdict.reason == "Trains leave soon. (nothing in the context entails it (0%))"


def test_threads_share_one_model(small: Path) -> None:
    assert Nli(small).model is Nli(str(small)).model
    with ThreadPoolExecutor(4) as pool:
        said = pool.map(Nli(small).objection, ["Trains leave."] * 8, [["Trains leave."]] * 8)
        assert set(said) == {None}


def labelled(*labels: str) -> bytes:
    return json.dumps({"id2label": dict(enumerate(labels))}).encode()


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("model.onnx", None, "no 'model.onnx'; expected model.onnx, tokenizer.json, config.json"),
        ("tokenizer.json", None, "no 'tokenizer.json'"),
        ("config.json", b"x", "config.json: no JSON: "),
        ("model.onnx", b"x", "expected a model and its tokenizer"),
        ("tokenizer.json", b"{}", "expected a model and its tokenizer"),
        ("config.json", labelled("LABEL_0", "LABEL_1"), "one label that begins with 'entail'"),
        ("config.json", labelled("entails", "entailment"), "one label that begins with 'entail'"),
    ],
)
def test_a_folder_that_is_none_is_named(
    tmp_path: Path, file: str, content: bytes | None, said: str
) -> None:
    at = folder(tmp_path, WORDS)
    (at / file).unlink()
    if content is not None:
        (at / file).write_bytes(content)
    with pytest.raises(ConfigError) as raised:
        Nli(at)
    assert str(raised.value).startswith(str(at))
    assert said in str(raised.value)


@pytest.mark.parametrize("enough", [0, 1, 1.5, -1])
def test_a_threshold_that_is_none_is_named(small: Path, enough: float) -> None:
    with pytest.raises(ConfigError, match=f"enough={enough!r}: expected a number between 0 and 1"):
        Nli(small, enough)


@pytest.mark.skipif(not REAL, reason="SPANSIGHT_NLI_MODEL names no folder of a real model")
def test_a_real_model_knows_what_follows_and_what_does_not() -> None:
    nli = Nli(REAL)
    context = ["The monthly pass costs 15,000 won and covers rides of up to two hours."]
    assert nli.objection("A pass for a month is 15,000 won.", context) is None
    assert nli.objection("The monthly pass costs 12,000 won.", context) is not None
    assert nli.objection("The monthly pass does not cover rides.", context) is not None
