"""`spansight eval` as a user calls it: a golden set, a target, a baseline, and the exit code."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from spansight import cli
from spansight.demo.provider import Provider
from spansight.demo.wire import Request
from spansight.evals import Run
from support.processes import environment

PROGRAMS = Path(__file__).parent / "programs"
GUIDE = Path(__file__).parents[2] / "docs" / "regression-gate.md"
CORPUS = Path(__file__).parents[2] / "examples" / "rag" / "corpus.json"
GOOD = "Answer from this context only.\n{contexts}"
WORSE = "Answer from memory."
EQUAL = "Use nothing but this context to answer.\n{contexts}"

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def reply(request: Request) -> str:
    """Answer as a model would: with the context if it is given any, else with what it makes up."""
    _, _, context = str(request.messages[0]["content"]).partition("\n")
    return context or "Every ride costs 9,999 won and takes 77 days."


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider(reply) as running:
        yield running


@pytest.fixture
def spansight(tmp_path: Path, provider: Provider) -> Command:
    """Return what calls the command in a folder of its own, with the application beside it."""

    def call(*words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        told = {"PYTHONPATH": str(PROGRAMS), "OPENAI_BASE_URL": provider.url(), "COLUMNS": "160"}
        return subprocess.run(
            [sys.executable, "-m", "spansight.cli", "eval", *words],
            env=environment(**(told | environ), OPENAI_API_KEY="unused"),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    """Write questions of which the contexts and the right answer are known."""
    rows = [
        {
            "id": row["id"],
            "question": f"What holds of {row['id']}?",
            "contexts": [row["text"]],
            "ground_truth": row["text"],
        }
        for row in json.loads(CORPUS.read_text("utf-8"))
    ]
    path = tmp_path / "golden.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    for name, text in {"good": GOOD, "worse": WORSE, "equal": EQUAL}.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    return tmp_path


MODEL = ("run", "golden.jsonl", "--model", "gpt-4o-mini", "--out")


@pytest.mark.usefixtures("golden", "prompts")
def test_a_worse_prompt_closes_the_gate_and_an_equal_one_does_not(
    spansight: Command, tmp_path: Path
) -> None:
    first = spansight(*MODEL, "main.jsonl", "--prompt", "good.txt")
    assert (first.returncode, first.stderr) == (0, ""), first.stdout
    assert Run.read(tmp_path / "main.jsonl").cost_usd > 0
    baseline = ("--baseline", "main.jsonl")

    equal = spansight(*MODEL, "equal.jsonl", "--prompt", "equal.txt", *baseline)
    assert (equal.returncode, equal.stderr) == (0, ""), equal.stdout
    assert "no regression in 24 cases" in equal.stdout

    worse = spansight(*MODEL, "worse.jsonl", "--prompt", "worse.txt", *baseline)
    assert (worse.returncode, worse.stderr) == (1, ""), worse.stdout
    assert "regression in" in worse.stdout
    assert "What holds of" in worse.stdout
    assert "Every ride costs 9,999 won and takes 77 days." in worse.stdout

    reports = ("--junit", "out/gate.xml", "--markdown", "out/gate.md", "--json")
    again = spansight("gate", "worse.jsonl", *baseline, *reports)
    assert again.returncode == 1
    told = json.loads(again.stdout)
    outcomes = {one["metric"]: one["outcome"] for one in told["metrics"]}
    assert outcomes["faithfulness"] == "worse"
    assert outcomes["context_recall"] == "equal"
    failed = ET.parse(tmp_path / "out" / "gate.xml").findall(".//testcase[failure]")  # noqa: S314 - our own
    assert "faithfulness" in {test.get("name") for test in failed}
    comment = (tmp_path / "out" / "gate.md").read_text("utf-8")
    assert "| faithfulness | 24 | 1.000 | 0.000 |" in comment
    assert "not in the context&#58; " in comment


@pytest.mark.usefixtures("golden", "prompts")
def test_the_documentation_shows_what_it_prints(spansight: Command) -> None:
    asked = (*MODEL[:-1], "--evaluator", "faithfulness", "--evaluator", "completeness")
    spansight(*asked, "--prompt", "good.txt", "--out", "main.jsonl")
    baseline = ("--baseline", "main.jsonl", "--worst", "1")
    worse = spansight(*asked, "--prompt", "worse.txt", *baseline, COLUMNS="88")
    (shown,) = re.findall(
        r"^```text\n(.*?)^```$", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    figures, cases = shown.split("\n\n", 1)
    assert figures in worse.stdout
    assert worse.stdout.endswith(cases)


def test_a_function_of_the_question_is_a_target(
    spansight: Command, golden: Path, tmp_path: Path
) -> None:
    asked = ("run", golden.name, "--target", "help_centre:answer", "--evaluator", "faithfulness")
    own = ("--evaluator", "help_centre:Polite", "--evaluator", "kind=help_centre:Polite")
    first = spansight(*asked, *own, "--out", "main.jsonl")
    assert first.returncode == 0, first.stderr
    run = Run.read(tmp_path / "main.jsonl")
    assert list(run.evaluators) == ["faithfulness", "Polite", "kind"]
    assert (run.target, run.mean("faithfulness"), run.missing) == ("help_centre:answer", 1.0, 0)
    worse = spansight(*asked, *own, "--baseline", "main.jsonl", WORSE="1")
    assert worse.returncode == 1
    named = spansight(*asked, *own, "--baseline", "main.jsonl", "--metric", "Polite", WORSE="1")
    assert named.returncode == 0, named.stdout


def test_an_asynchronous_function_and_a_mapping_of_evaluators_do_too(
    spansight: Command, golden: Path, tmp_path: Path
) -> None:
    words = ("--target", "help_centre:answer_later", "--evaluator", "help_centre:SEVERAL")
    done = spansight("run", golden.name, *words, "--out", "run.jsonl")
    assert done.returncode == 0, done.stderr
    assert list(Run.read(tmp_path / "run.jsonl").evaluators) == ["polite", "polite_too"]


def test_a_question_that_fails_is_recorded_and_the_others_are_judged(
    spansight: Command, golden: Path, tmp_path: Path
) -> None:
    with golden.open("a", encoding="utf-8") as file:
        file.write('{"id": "luck", "question": "Am I unlucky?"}\n')
    words = ("run", golden.name, "--target", "help_centre:answer", "--out", "run.jsonl")
    done = spansight(*words)
    assert done.returncode == 1
    assert "luck, answer: RuntimeError: no luck" in done.stdout
    run = Run.read(tmp_path / "run.jsonl")
    assert (len(run.answers), len(run.failures), run.missing) == (24, 1, 0)
    # Called again, it asks what failed, and keeps what is finished.
    assert spansight(*words).returncode == 1
    assert (tmp_path / "run.jsonl").read_text("utf-8").count('"name": "faithfulness"') == 24


def test_what_fails_alike_is_one_line_with_its_reason(spansight: Command, golden: Path) -> None:
    with Provider() as closed:
        nowhere = closed.url()
    done = spansight("run", golden.name, "--model", "m", "--retries", "0", OPENAI_BASE_URL=nowhere)
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if "ConnectionError" in line]
    assert " and 23 more, answer: ConnectionError: APIConnectionError" in line


def test_a_killed_run_says_so_and_goes_on_without_asking_twice(
    spansight: Command, golden: Path, tmp_path: Path
) -> None:
    words = ("run", golden.name, "--target", "help_centre:answer_then_die", "--concurrency", "1")
    keep = ("--evaluator", "faithfulness", "--out", "run.jsonl")
    killed = spansight(*words, *keep, ASKED="asked.txt", DIES_AT="10")
    assert killed.returncode == -signal.SIGKILL
    shown = spansight("show", "run.jsonl")
    assert "not finished: call the same command again" in shown.stdout
    assert "│ answer       │ 9 " in shown.stdout
    done = spansight(*words, *keep, ASKED="asked.txt")
    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "asked.txt").read_text("utf-8").splitlines()
    assert len(asked) == 24 + 1  # the one at which it was killed is asked again, and no other
    assert len({*asked}) == 24


def test_a_cap_that_could_not_hold_is_refused(spansight: Command, golden: Path) -> None:
    asked = ("run", golden.name, "--model", "our-own-7b", "--spend-usd", "1")
    done = spansight(*asked)
    assert (done.returncode, done.stdout) == (2, "")
    assert "model 'our-own-7b' has no known price, so no cap would hold; expected" in done.stderr
    judge = spansight(
        "run",
        golden.name,
        "--evaluator",
        "judge=relevance",
        "--spend-usd",
        "1",
        SPANSIGHT_JUDGE_MODEL="our-own-7b",
    )
    assert (judge.returncode, "our-own-7b" in judge.stderr) == (2, True)


def test_nothing_is_asked_without_a_place_for_what_is_found(
    spansight: Command, provider: Provider, golden: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    for option in ("--out", "--junit", "--markdown"):
        done = spansight("run", golden.name, "--model", "gpt-4o-mini", option, "file/below")
        assert done.returncode == 2
        assert done.stderr.startswith("spansight: file/below: ")
        assert done.stderr.endswith("; expected a place to write to\n")
    assert provider.calls == []


def test_a_finished_run_is_not_reported_as_a_new_one(spansight: Command, golden: Path) -> None:
    words = ("run", golden.name, "--target", "help_centre:answer", "--out", "run.jsonl")
    assert spansight(*words).returncode == 0
    again = spansight(*words)
    assert again.returncode == 2
    assert "run.jsonl: a finished run of " in again.stderr
    assert again.stderr.endswith("; name another file, or remove it\n")


def test_show_says_what_a_run_says(spansight: Command, golden: Path) -> None:
    spansight("run", golden.name, "--target", "help_centre:answer", "--out", "run.jsonl")
    shown = spansight("show", "run.jsonl")
    assert shown.returncode == 0
    assert "24 cases of golden by help_centre:answer" in shown.stdout
    told = json.loads(spansight("show", "run.jsonl", "--json").stdout)
    assert told["metrics"]["faithfulness"] == {"scores": 24, "mean": 1.0, "failures": 0}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "none.jsonl"], "none.jsonl: No such file or directory; expected a file of cases"),
        (["run", "golden.jsonl", "--target", "x"], "target 'x': expected module:name"),
        (
            ["run", "golden.jsonl", "--target", "no_app:answer"],
            "target 'no_app:answer': no module 'no_app' here or installed",
        ),
        (
            ["run", "golden.jsonl", "--target", "help_centre:nobody"],
            "module 'help_centre' has no attribute 'nobody'; check the name",
        ),
        (
            ["run", "golden.jsonl", "--target", "help_centre:CORPUS"],
            "target 'help_centre:CORPUS': expected a function of the question",
        ),
        (["run", "golden.jsonl", "--evaluator", "faith"], "'faith': expected one of"),
        (
            ["run", "golden.jsonl", "--evaluator", "help_centre:CORPUS"],
            "expected an object with evaluate(case)",
        ),
        (["run", "golden.jsonl", "--evaluator", "judge=relevance"], "SPANSIGHT_JUDGE_MODEL: unset"),
        (["run", "golden.jsonl", "--prompt", "x.txt"], "--prompt without --model"),
        (
            ["run", "golden.jsonl", "--model", "m", "--prompt", "x.txt"],
            "expected the text of a prompt",
        ),
        (["run", "golden.jsonl", "--baseline", "x.jsonl"], "x.jsonl: No such file or directory"),
        (["gate", "golden.jsonl", "--baseline", "x.jsonl"], "golden.jsonl: no run; expected"),
    ],
)
@pytest.mark.usefixtures("golden")
def test_what_is_wrong_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(PROGRAMS), *sys.path])
    assert cli.main(["eval", *words]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
