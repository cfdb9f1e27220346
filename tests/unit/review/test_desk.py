"""The work of reviewing: what comes next, what is seen, what is taken back, what leaves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spansight.conventions import attributes, events
from spansight.errors import ConfigError
from spansight.review.desk import Desk, Opinion, Place
from spansight.review.journal import Journal, Judgement, Told
from spansight.review.labels import labels
from spansight.review.telling import PATIENCE_S, Teller
from support.recording import Recorded
from support.reviewing import SPAN_ID, TRACE_ID, desk, item, traced

FIRST = Place("expert", 1)
GOOD = Opinion(score=4)


@pytest.fixture
def three(tmp_path: Path) -> Desk:
    return desk(tmp_path / "j.jsonl", [item("a"), item("b"), item("c")])


def test_what_is_judged_is_not_asked_again_after_a_start(three: Desk, tmp_path: Path) -> None:
    queue = three.queues["expert"]
    assert three.next_open(queue, "kim") == FIRST
    three.judge(FIRST, "kim", GOOD)
    again = desk(tmp_path / "j.jsonl", [item("c"), item("b"), item("a")])
    assert again.next_open(queue, "kim") == Place("expert", 2)
    assert again.done(queue, "kim") == 1
    assert again.next_open(queue, "lee") == FIRST


def test_the_end_of_a_queue_leads_to_what_was_passed_over(three: Desk) -> None:
    queue = three.queues["expert"]
    for number in (2, 3):
        three.judge(Place("expert", number), "kim", GOOD)
    assert three.next_open(queue, "kim", after=3) == FIRST
    three.skip(FIRST, "kim")
    assert three.next_open(queue, "kim", after=1) is None


def test_undo_goes_back_step_by_step(three: Desk) -> None:
    three.judge(FIRST, "kim", GOOD)
    three.skip(Place("expert", 2), "kim")
    three.judge(FIRST, "lee", GOOD)
    assert [three.undo("kim"), three.undo("kim"), three.undo("kim")] == [
        Place("expert", 2),
        FIRST,
        None,
    ]
    assert three.done(three.queues["expert"], "kim") == 0
    assert three.done(three.queues["expert"], "lee") == 1


@pytest.mark.parametrize(
    ("opinion", "expected"),
    [
        (Opinion(), "expected a score or a label"),
        (Opinion(comment="hm"), "expected a score or a label"),
        (Opinion(score=6), "score 6: expected 1 to 5"),
        (Opinion(score=0), "score 0: expected 1 to 5"),
        (Opinion(labels=("rude",)), "label 'rude': expected one of those on the page"),
    ],
)
def test_half_a_judgement_is_refused(three: Desk, opinion: Opinion, expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        three.judge(FIRST, "kim", opinion)
    assert three.journal.judgements() == []


def test_a_label_alone_is_a_judgement(three: Desk) -> None:
    three.judge(FIRST, "kim", Opinion(labels=("unsafe",)))
    assert three.done(three.queues["expert"], "kim") == 1


def test_blind_hides_until_one_has_judged(tmp_path: Path) -> None:
    blind = desk(tmp_path / "j.jsonl", [item("a")], blind=True)
    shown = blind.queues["expert"].items[0]
    blind.judge(FIRST, "kim", GOOD)
    assert blind.hides(shown, "lee")
    assert not blind.hides(shown, "kim")
    blind.judge(FIRST, "lee", Opinion(score=1))
    assert not blind.hides(shown, "lee")
    assert [one.score for one in blind.others(shown, "lee")] == [4]


def test_a_judgement_is_an_event_of_the_span_that_was_judged(
    tmp_path: Path, recorded: Recorded
) -> None:
    at = desk(tmp_path / "j.jsonl", [traced("a")])
    at.judge(FIRST, "kim", Opinion(score=4, labels=("tone", "wrong"), comment="요금이 틀림"))
    at.teller.tell()
    at.teller.tell()
    (event,) = recorded.events
    assert (event.event_name, event.body) == (events.EVALUATION, "요금이 틀림")
    assert (f"{event.trace_id:032x}", f"{event.span_id:016x}") == (TRACE_ID, SPAN_ID)
    said = dict(event.attributes)
    assert said[attributes.EVALUATION_NAME] == "human_review"
    assert said[attributes.EVALUATOR] == "human"
    assert said[attributes.EVALUATION_SCORE] == 0.75
    assert said[attributes.EVALUATION_LABEL] == "tone, wrong"
    assert "kim" not in str(said)


def test_a_judgement_is_of_the_feature_of_its_answer(tmp_path: Path, recorded: Recorded) -> None:
    at = desk(tmp_path / "j.jsonl", [item("a", feature="refunds")])
    at.judge(FIRST, "kim", GOOD)
    at.teller.tell()
    (event,) = recorded.events
    assert event.attributes[attributes.FEATURE] == "refunds"


def test_a_case_without_a_trace_joins_none(tmp_path: Path, recorded: Recorded) -> None:
    at = desk(tmp_path / "j.jsonl", [item("a")])
    at.judge(FIRST, "kim", GOOD)
    at.teller.tell()
    (event,) = recorded.events
    assert (event.trace_id or 0, event.span_id or 0) == (0, 0)


def test_what_is_taken_back_in_time_never_leaves(three: Desk, recorded: Recorded) -> None:
    three.judge(FIRST, "kim", GOOD)
    last = three.last("kim")
    assert last is not None
    three.teller.tell(keep=frozenset({last.id}))
    three.teller.tell(older_than_s=PATIENCE_S)
    three.undo("kim")
    three.teller.tell()
    assert not recorded.events


def test_what_a_dead_process_owed_is_told_once(tmp_path: Path, recorded: Recorded) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    moment = datetime.now(UTC)
    for id_, age_s in (("dead", 3 * PATIENCE_S), ("alive", 0), ("told", 3 * PATIENCE_S)):
        at = (moment - timedelta(seconds=age_s)).isoformat()
        journal.append(
            Judgement(id=id_, at=at, case=id_, version="v", queue="q", reviewer="kim", score=5)
        )
    journal.append(Told("told"))
    for _ in range(2):
        Teller(Journal(tmp_path / "j.jsonl"), "human_review").tell_orphans()
    assert len(recorded.events) == 1
    assert [one.id for one in journal.untold()] == ["alive"]


def test_labels_of_ones_own_get_free_keys() -> None:
    made = labels(["clear", "calm", "kind", "정확"])
    assert [(one.name, one.key) for one in made] == [
        ("clear", "l"),
        ("calm", "a"),
        ("kind", "k"),
        ("정확", ""),
    ]


@pytest.mark.parametrize("names", [["a", "a"], [" "], ["a,b"]])
def test_a_label_is_a_word(names: list[str]) -> None:
    with pytest.raises(ConfigError):
        labels(names)
