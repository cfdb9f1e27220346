"""Users leave the process as keyed hashes only."""

import re

import pytest

from spansight.privacy.mask import mask
from spansight.telemetry import identity


@pytest.fixture(autouse=True)
def _no_key_of_another_test() -> None:
    identity.key.cache_clear()


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPANSIGHT_USER_KEY", "0123456789abcdef")


@pytest.mark.usefixtures("key")
def test_the_hash_is_what_any_other_program_computes() -> None:
    # printf kim@example.com | openssl dgst -sha256 -hmac 0123456789abcdef
    assert identity.user_hash("kim@example.com") == "a6ddd3aa8dc942f46cbec62f4630e64dh"


@pytest.mark.usefixtures("key")
def test_a_number_and_its_digits_are_one_user() -> None:
    assert identity.user_hash(42) == identity.user_hash("42")


@pytest.mark.usefixtures("key")
def test_masking_leaves_every_hash_whole() -> None:
    """About one in a thousand ends in ten digits or more, as a phone number does."""
    hashes = [identity.user_hash(number) for number in range(20_000)]
    assert any(re.search(r"\d{10}h$", one) for one in hashes)
    assert [mask(one) for one in hashes] == hashes


@pytest.mark.parametrize(
    ("value", "problem"), [(None, "not set"), ("short", "expected 16 characters at least")]
)
def test_without_a_good_key_the_process_has_one_of_its_own_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    value: str | None,
    problem: str,
) -> None:
    monkeypatch.setattr("spansight.settings._said", set[str]())
    if value is not None:
        monkeypatch.setenv("SPANSIGHT_USER_KEY", value)
    first = identity.user_hash("kim")
    assert identity.user_hash("kim") == first
    identity.key.cache_clear()
    assert identity.user_hash("kim") != first
    assert capsys.readouterr().err == (
        f"spansight: SPANSIGHT_USER_KEY: {problem}; "
        "users' hashes are this process's own and join with no other's\n"
    )


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("name", ["user.id", "enduser.id", "gen_ai.user", "llm.user", "user.email"])
def test_an_id_that_an_instrumentation_wrote_becomes_the_hash(name: str) -> None:
    said = {name: "kim", "user.full_name": "Kim", "http.route": "/"}
    assert identity.pseudonymous(said) == {
        "http.route": "/",
        "user.hash": identity.user_hash("kim"),
    }


@pytest.mark.usefixtures("key")
def test_the_user_that_the_application_named_is_kept() -> None:
    said = {"user.hash": "known", "user.id": "kim", "user.name": "Kim"}
    assert identity.pseudonymous(said) == {"user.hash": "known"}


def test_attributes_without_a_user_are_not_touched() -> None:
    said = {"http.route": "/"}
    assert identity.pseudonymous(said) is said
