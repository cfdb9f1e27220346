"""What may leave of a text, of attributes and of content."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy import corpus
from spansight.conventions import attributes, environment
from spansight.privacy.policy import Policy
from spansight.settings import Settings

POLICY = Policy()
IMAGE = bytes(range(256)) * 8
ENCODED = base64.b64encode(IMAGE).decode()
HASH = hashlib.sha256(IMAGE).hexdigest()[:16]


def messages(*parts: object) -> dict[str, object]:
    return {attributes.INPUT_MESSAGES: [{"role": "user", "parts": list(parts)}]}


def parts(told: dict[str, object]) -> list[object]:
    (message,) = json.loads(json.dumps(told[attributes.INPUT_MESSAGES]))
    return message["parts"]


def test_an_address_of_a_machine_stays_and_a_clients_does_not() -> None:
    said = {
        "server.address": "203.0.113.7",
        "service.version": "17.0.9.1",
        "client.address": "203.0.113.7",
        "host.name": "kim@example.com",
    }
    assert POLICY.attributes(said) == {
        "server.address": "203.0.113.7",
        "service.version": "17.0.9.1",
        "client.address": "[IP]",
        "host.name": "[EMAIL]",
    }


@pytest.mark.parametrize(
    "name",
    [
        "http.request.header.authorization",
        "http.request.header.cookie",
        "http.response.header.set-cookie",
        "http.request.header.x-api-key",
        "gen_ai.headers",
        "llm.headers",
        "api_key",
        "app.api-key",
        "db.password",
        "aws.secret_access_key",
        "oauth.client_secret",
        "Authorization",
        "proxy-authorization",
    ],
)
def test_what_is_named_like_a_secret_does_not_leave(name: str) -> None:
    assert POLICY.attributes({name: "Zx", "kept": 1}) == {"kept": 1}


def test_tokens_that_are_counted_are_no_secrets() -> None:
    said = {attributes.INPUT_TOKENS: 3, "gen_ai.request.max_tokens": 4, "cookies.count": 2}
    assert POLICY.attributes(said) == said


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (
            {"type": "blob", "mime_type": "image/png", "content": IMAGE},
            {"type": "blob", "mime_type": "image/png", "content": "image/png"},
        ),
        (
            {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{ENCODED}"}},
            {"type": "image_url", "image_url": {"url": "image/jpeg"}},
        ),
        (
            {"type": "input_audio", "input_audio": {"data": ENCODED, "format": "wav"}},
            {"type": "input_audio", "input_audio": {"data": "wav", "format": "wav"}},
        ),
        (
            {"type": "file", "file": {"file_data": f"data:application/pdf;base64,{ENCODED}"}},
            {"type": "file", "file": {"file_data": "application/pdf"}},
        ),
        ({"type": "text", "content": f"see {ENCODED}!"}, {"type": "text", "content": "data"}),
    ],
)
def test_a_blob_is_told_by_type_size_and_hash(part: object, told: object) -> None:
    summary = f", {len(IMAGE)} bytes, sha256 {HASH}]"
    (found,) = parts(POLICY.content(messages(part)))
    assert ENCODED[:40] not in str(found)
    assert summary in str(found)
    kind = {"image/png", "image/jpeg", "wav", "application/pdf", "data"}
    assert [name for name in kind if f"[{name}{summary}" in str(found) and name in str(told)]


def test_a_long_text_is_cut_with_a_mark_and_its_length() -> None:
    (text,) = parts(Policy(limit=1000).content(messages("가" * 5000)))
    assert isinstance(text, str)
    assert text.endswith("… [cut from 5000 characters]")
    assert 900 < len(text) <= 1000 + len("… [cut from 5000 characters]")


def test_the_longest_texts_are_cut_first() -> None:
    short, long = parts(Policy(limit=1000).content(messages("a b " * 50, "c d " * 5000)))
    assert short == "a b " * 50
    assert isinstance(long, str)
    assert long.startswith("c d ")
    assert len(long) < 840


def test_ten_megabytes_and_a_thousand_messages_stay_within_the_limit() -> None:
    said = {
        attributes.INPUT_MESSAGES: [{"role": "user", "parts": ["x y " * 2500]} for _ in range(5000)]
    }
    told = Policy(limit=10_000).content(said)[attributes.INPUT_MESSAGES]
    assert isinstance(told, list)
    assert len(told) == 1001
    assert "[4000 left out]" in told
    assert len(json.dumps(told)) < 100_000


@given(before=st.integers(0, 3000), case=st.sampled_from(corpus.positives()))
def test_no_cut_leaves_half_a_secret(before: int, case: corpus.Case) -> None:
    text = "가 " * (before // 2) + case.secret + " 나" * 3000
    (told,) = parts(Policy(limit=1500).content(messages(text)))
    assert isinstance(told, str)
    whole = POLICY.text(text)
    assert whole.startswith(told[: told.index("… [cut")])


def test_what_no_utf8_can_say_leaves_as_what_it_can() -> None:
    said = {
        "lone": "a\ud83d b",
        "halves": "\ud83d\ude00",
        "nul": "a\0b",
        "bidi": "\u202egpj.exe",
        "key\udc00": "x",
    }
    told = POLICY.attributes(said)
    assert told == {
        "lone": "a\ufffd b",
        "halves": "😀",
        "nul": "a\0b",
        "bidi": "\u202egpj.exe",
        "key\ufffd": "x",
    }
    json.dumps(told, ensure_ascii=False).encode()


def test_what_is_nested_without_end_leaves_as_much_of_it() -> None:
    deep: object = "kim@example.com"
    for _ in range(3000):
        deep = [deep]
    assert "[nested too deep]" in str(POLICY.content(messages(deep)))


def test_arguments_named_like_a_secret_are_removed() -> None:
    (told,) = parts(POLICY.content(messages({"password": "swordfish", "city": "서울"})))
    assert told == {"password": "[REMOVED]", "city": "서울"}


def test_nothing_is_masked_where_nobody_wants_it() -> None:
    said = {"mail": "kim@example.com", "password": "x"}
    assert Policy(None).attributes(said) == said


def test_patterns_of_your_own_are_masked_besides_ours(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    row = {"name": "EMPLOYEE", "regex": r"\b(E)-[0-9]{6}\b", "literals": ["e-"]}
    file.write_text(json.dumps({"patterns": [row]}))
    policy = Policy.of(Settings(mask_patterns=str(file)))
    assert policy.text("E-123456 is a@b.co") == "[EMPLOYEE] is [EMAIL]"


def test_where_your_patterns_are_broken_no_text_leaves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "broken.json"
    file.write_text('{"patterns": [{"name": "X", "regex": "(?<=a)b"}]}')
    policy = Policy.of(Settings(mask_patterns=str(file)))
    said = {
        attributes.REQUEST_MODEL: "gpt-4o",
        attributes.INPUT_TOKENS: 3,
        attributes.FEATURE: "b",
        attributes.INPUT_MESSAGES: [{"role": "user", "parts": ["ab"]}],
    }
    assert policy.content(said) == {
        attributes.REQUEST_MODEL: "gpt-4o",
        attributes.INPUT_TOKENS: 3,
        attributes.FEATURE: "[WITHHELD]",
        attributes.INPUT_MESSAGES: [{"[WITHHELD]": ["[WITHHELD]"]}],
    }
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        f"spansight: {environment.MASK_PATTERNS.name}: {file}, pattern 1: regex '(?<=a)b' uses "
        "look-around; expected what Python and RE2 both run; no text leaves this process"
    )


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5"])
def test_a_wrong_limit_is_one_line_and_the_default(
    value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.from_env({environment.CONTENT_LIMIT.name: value})
    assert settings.content_limit == 65_536
    assert f"{environment.CONTENT_LIMIT.name}={value!r}: expected" in capsys.readouterr().err


def test_a_request_of_the_largest_events_is_one_that_a_collector_takes() -> None:
    assert Policy(limit=65_536).events_a_request * 65_536 * 4 <= 20 * 1024 * 1024
    assert Policy(limit=10**9).events_a_request == 1
