"""The page lets in whoever has its address, and nobody else."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from spansight.review.desk import Desk
from support.reviewing import desk, item, served

FORM = {"score": "5", "action": "judge"}


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    return desk(tmp_path / "j.jsonl", [item("a"), item("b")])


@pytest.fixture
def address(at: Desk) -> Iterator[str]:
    with served(at) as url:
        yield url


@pytest.fixture
def base(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


@pytest.fixture
def let_in(address: str, base: str) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(address).status_code == 200
        session.post(f"{base}/name", {"name": "kim"}, headers={"origin": base})
        yield session


def test_a_stranger_sees_nothing(base: str) -> None:
    for path in ("/", "/expert/1", "/static/review.css", "/?token=guess", "/?token="):
        answer = requests.get(f"{base}{path}", timeout=5)
        assert answer.status_code == 403, path
        assert "Question" not in answer.text


def test_the_token_is_long_and_new_each_time(at: Desk) -> None:
    tokens: set[str] = set()
    for _ in range(2):
        with served(at) as url:
            tokens.add(urlsplit(url).query)
    assert len(tokens) == 2
    assert all(len(token) > 40 for token in tokens)


def test_the_cookie_is_out_of_reach(address: str) -> None:
    answer = requests.get(address, timeout=5)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "domain" not in cookie


def test_it_is_asked_for_by_its_own_name(let_in: requests.Session, base: str, address: str) -> None:
    """DNS rebinding: a name of a stranger's that leads to loopback is still the stranger's."""
    for host in ("evil.example", f"evil.example:{urlsplit(base).port}", "127.0.0.1"):
        for url in (f"{base}/", address):
            assert let_in.get(url, headers={"host": host}).status_code == 403


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
@pytest.mark.parametrize("path", ["/expert/1", "/undo", "/name"])
def test_another_page_changes_nothing(
    let_in: requests.Session, base: str, at: Desk, origin: str | None, path: str
) -> None:
    """The browser would send no cookie along; were it to, the form would still be refused."""
    headers = {"origin": origin} if origin else {}
    assert let_in.post(f"{base}{path}", FORM, headers=headers).status_code == 403
    assert at.journal.judgements() == []


def test_our_own_page_judges(let_in: requests.Session, base: str, at: Desk) -> None:
    answer = let_in.post(f"{base}/expert/1", FORM, headers={"origin": base})
    assert answer.url == f"{base}/expert/2"
    assert [one.score for one in at.journal.judgements()] == [5]


def test_nobody_judges_without_a_name(address: str, base: str, at: Desk) -> None:
    with requests.Session() as session:
        session.get(address, timeout=5)
        answer = session.post(f"{base}/expert/1", FORM, headers={"origin": base}, timeout=5)
    assert "Who are you?" in answer.text
    assert at.journal.judgements() == []


def test_every_answer_has_the_policy(let_in: requests.Session, base: str) -> None:
    for answer in (
        let_in.get(f"{base}/expert/1"),
        let_in.get(f"{base}/static/review.js"),
        let_in.get(f"{base}/nowhere"),
        requests.get(base, timeout=5),
    ):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in answer.headers


def test_no_page_has_script_or_style_in_it(let_in: requests.Session, base: str) -> None:
    for path in ("/", "/expert/1"):
        text = let_in.get(f"{base}{path}").text
        assert text.count("<script") == text.count('<script src="/static/review.js"') == 1
        assert "style=" not in text
        assert "<style" not in text


@pytest.mark.parametrize("path", ["/expert/0", "/expert/99", "/nothing/1"])
def test_a_case_that_is_not_leads_to_the_queues(
    let_in: requests.Session, base: str, path: str
) -> None:
    assert let_in.get(f"{base}{path}").url == f"{base}/"


def test_half_a_judgement_is_shown_again_with_the_reason(
    let_in: requests.Session, base: str, at: Desk
) -> None:
    answer = let_in.post(f"{base}/expert/1", {"comment": "hm"}, headers={"origin": base})
    assert answer.status_code == 422
    assert "Not saved: expected a score or a label." in answer.text
    assert at.journal.judgements() == []


def test_a_form_that_is_too_long_is_cut_not_kept_in_memory(
    let_in: requests.Session, base: str, at: Desk
) -> None:
    form = {"score": "3", "comment": "a" * 5_000_000}
    let_in.post(f"{base}/expert/1", form, headers={"origin": base})
    (kept,) = at.journal.judgements()
    assert len(kept.comment) < 1_000_000
