"""Cases from files and from plain data, and what a mistake in them is answered with."""

import json
from datetime import date
from pathlib import Path

import pytest

from spansight.errors import ConfigError
from spansight.evals import Case, Dataset

ROWS: list[dict[str, object]] = [
    {
        "id": "fare",
        "question": "What does a ride cost?",
        "answer": "1,000 won.",
        "contexts": ["A ride costs 1,000 won.", 'It\'s "open", all day.'],
        "latency_s": 1.5,
        "output_tokens": 4,
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
    },
    {"id": "refund", "question": "환불되나요?\n정말로?", "ground_truth": "네.", "contexts": []},
]
CASES = [
    Case(
        id="fare",
        question="What does a ride cost?",
        answer="1,000 won.",
        contexts=("A ride costs 1,000 won.", 'It\'s "open", all day.'),
        latency_s=1.5,
        output_tokens=4,
        trace_id="0af7651916cd43dd8448eb211c80319c",
    ),
    Case(id="refund", question="환불되나요?\n정말로?", ground_truth="네.", contexts=()),
]

JSONL = "\n".join(json.dumps(row) for row in ROWS) + "\n\n"
CSV = (
    "id,question,answer,contexts,latency_s,output_tokens,trace_id,ground_truth\n"
    'fare,What does a ride cost?,"1,000 won.",'
    '"[""A ride costs 1,000 won."", ""It\'s \\""open\\"", all day.""]",1.5,4,'
    "0af7651916cd43dd8448eb211c80319c,\n"
    'refund,"환불되나요?\n정말로?",,[],,,,네.\n'
)
YAML = """\
- id: fare
  question: What does a ride cost?
  answer: 1,000 won.
  contexts: ["A ride costs 1,000 won.", 'It''s "open", all day.']
  latency_s: 1.5
  output_tokens: 4
  trace_id: 0af7651916cd43dd8448eb211c80319c
- id: refund
  question: |-
    환불되나요?
    정말로?
  ground_truth: 네.
  contexts: []
"""


def written(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("golden.jsonl", JSONL),
        ("golden.jsonl", "\ufeff" + JSONL),
        ("golden.csv", CSV),
        ("golden.yaml", YAML),
        ("golden.yml", YAML),
    ],
)
def test_every_kind_of_file_says_the_same(tmp_path: Path, name: str, text: str) -> None:
    read = Dataset.read(written(tmp_path, name, text))
    assert (read.name, list(read.cases)) == ("golden", CASES)
    assert read.version == Dataset.of(ROWS).version


def test_cases_without_ids_are_known_by_their_place() -> None:
    read = Dataset.of([{"question": "a"}, {"question": "a"}])
    assert [case.id for case in read.cases] == ["1", "2"]


def test_the_version_is_that_of_the_content_and_not_of_the_name() -> None:
    same, other = Dataset.of(ROWS, "x"), Dataset.of([{**ROWS[0], "answer": "2,000 won."}, ROWS[1]])
    assert same.version == Dataset.of(ROWS, "y").version != other.version


def test_other_answers_are_still_the_same_questions() -> None:
    answered = [{**row, "answer": "no idea"} for row in ROWS]
    asked = [{**ROWS[0], "ground_truth": "2,000 won."}, ROWS[1]]
    assert Dataset.of(answered).questions == Dataset.of(ROWS).questions
    assert Dataset.of(asked).questions != Dataset.of(ROWS).questions


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.jsonl", '{"question": "q"}\n{"answer": "x"}\n', "a.jsonl:2: no `question`"),
        ("a.jsonl", '{"question": " "}\n', "a.jsonl:1: no `question`"),
        (
            "a.jsonl",
            '{"question": "q"}\n\n{"question": 3}\n',
            "a.jsonl:3: question=3; expected a t",
        ),
        ("a.jsonl", '{"question": "q"\n', 'a.jsonl:1: \'{"question": "q"\' is no JSON'),
        ("a.jsonl", '["q"]\n', "a.jsonl:1: ['q']; expected a case"),
        ("a.jsonl", '{"question": "q", "latency_s": NaN}\n', "a.jsonl:1: NaN; expected a number"),
        ("a.jsonl", '{"question": "q", "contexts": "c"}\n', "contexts='c'; expected a list of te"),
        ("a.jsonl", '{"question": "q", "contexts": [1]}\n', "contexts=[1]; expected a list of te"),
        ("a.jsonl", '{"question": "q", "input_tokens": true}\n', "input_tokens=True; expected a w"),
        ("a.jsonl", '{"question": "q", "latency_s": -1}\n', "latency_s=-1; expected a number of s"),
        ("a.jsonl", '{"question": "q", "trace_id": "12"}\n', "expected 32 hexadecimal digits"),
        ("a.jsonl", '{"question": "q", "groud_truth": "x"}\n', "did you mean 'ground_truth'?"),
        ("a.jsonl", '{"question": "q", "zzz": "x"}\n', "put what else you know under `metadata`"),
        (
            "a.jsonl",
            '{"question": "q", "id": "x"}\n{"question": "r", "id": "x"}\n',
            "a.jsonl:2: id 'x' a second time, after ",
        ),
        ("a.jsonl", "\n", "a.jsonl: no cases; expected at least one"),
        ("a.csv", "question,contexts\nq,[]\nr,x\n", "a.csv:3: contexts: 'x' is no JSON"),
        ("a.csv", 'question,answer\n"a\nb",x\n,y\n', "a.csv:4: no `question`"),
        ("a.csv", "question\nq,r\n", "a.csv:2: more cells than the 1 columns"),
        ("a.csv", 'question\n"q\n', "a.csv: unexpected end of data; expected comma"),
        ("a.yaml", "- question: q\n- answer: a\n", "a.yaml:2: no `question`"),
        ("a.yaml", "question: q\n", "a.yaml:1: mapping; expected a list"),
        ("a.yaml", "- question: q\n  answer: [\n", "a.yaml:3: "),
        ("a.yaml", "- question: 2026\n", "a.yaml:1: question=2026; expected a text"),
        ("a.yaml", f"- question: q\n  metadata: {'[' * 5000}", "a.yaml: lists in lists without"),
        ("a.yaml", "- question: q\n  metadata: {a: .nan}\n", "expected names and values of JSON"),
        ("a.jsonl", '{"question": "q",}\n', "is no JSON: Expecting property name enclosed in do"),
        ("a.jsonl", f"{'[' * 200_000}\n", "a.jsonl:1: '[[["),
        ("a.yaml", "", "a.yaml: no cases; expected at least one"),
        ("a.txt", "", "suffix '.txt'; expected one of .jsonl, .csv, .yaml, .yml"),
    ],
)
def test_a_mistake_is_named_by_file_and_line(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        Dataset.read(written(tmp_path, name, text))
    assert said in str(raised.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.jsonl: No such file or directory; expected"):
        Dataset.read(tmp_path / "none.jsonl")
    path = tmp_path / "latin.csv"
    path.write_bytes("question\ncafé\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"latin\.csv: not UTF-8; expected"):
        Dataset.read(path)


def test_a_date_is_a_text_in_every_kind_of_file(tmp_path: Path) -> None:
    path = written(tmp_path, "a.yaml", "- question: q\n  metadata: {since: 2026-05-01}\n")
    dataset = Dataset.read(path)
    assert dataset.cases[0].metadata == {"since": "2026-05-01"}
    assert dataset.version


def test_metadata_that_no_file_could_hold_is_refused_before_anything_runs() -> None:
    with pytest.raises(ConfigError, match=r"dataset\[0\]: metadata=.*; expected names and values"):
        Dataset.of([{"question": "q", "metadata": {"since": date(2026, 5, 1)}}])


def test_rows_are_named_by_their_place() -> None:
    with pytest.raises(ConfigError, match=r"dataset\[1\]: no `question`"):
        Dataset.of([{"question": "q"}, {}])


def test_cases_made_by_hand_are_at_least_one_and_unique() -> None:
    with pytest.raises(ConfigError, match="mine: no cases"):
        Dataset("mine", [])
    with pytest.raises(ConfigError, match="mine: id 'a' 2 times"):
        Dataset("mine", [Case(id="a", question="q"), Case(id="a", question="r")])


def test_a_cell_may_be_as_long_as_a_context_of_100_000_tokens(tmp_path: Path) -> None:
    long = "word " * 100_000
    path = written(tmp_path, "a.csv", f'question,contexts\nq,"[""{long}""]"\n')
    assert Dataset.read(path).cases[0].contexts == (long,)
