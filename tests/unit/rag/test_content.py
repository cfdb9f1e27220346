"""Queries, tool arguments and results: an event when content is on, and never on a span."""

import pytest

from spansight import rag
from spansight.conventions import attributes, events
from spansight.telemetry.standard import CAPTURE_MODE
from support.recording import Recorded

CONTENT = set(attributes.CONTENT)


class Cursor:
    def __repr__(self) -> str:
        return "<cursor>"


@rag.search(top_k=1)
def find(query: str) -> list[str]:
    return [query]


class Tools:
    @rag.tool("sql")
    def query(self, text: str, limit: int = 5) -> dict[object, object]:
        return {"rows": [text] * limit, "cursor": Cursor(), 1: None}


def use() -> None:
    with rag.retrieval(query="환불"):
        find("환불")
    Tools().query("SELECT", limit=2)
    with rag.tool("mail", arguments={"to": "kim@example.com"}) as tool:
        tool.result("sent")


@pytest.mark.parametrize("mode", ["", "no_content", "event_only"])
def test_content_is_never_on_a_span(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv(CAPTURE_MODE, mode)
    use()
    assert len(recorded.spans) == 4
    assert not [span.name for span in recorded.spans if CONTENT & (span.attributes or {}).keys()]
    assert bool(recorded.events) == (mode == "event_only")


def test_content_is_an_event_of_its_step(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CAPTURE_MODE, "event_only")
    use()
    spans = {span.context.span_id: span.name for span in recorded.spans if span.context}
    told = [
        (
            spans[event.span_id],
            {k: v for k, v in event.attributes.items() if k in CONTENT},
            event.attributes.get(attributes.TOOL_NAME),
        )
        for event in recorded.events
    ]
    query = {attributes.RETRIEVAL_QUERY_TEXT: "환불"}
    found = {attributes.RETRIEVAL_DOCUMENTS: ({"id": "환불"},)}
    assert told == [
        ("vector_search", query | found, None),
        ("rag_retrieval", query, None),
        (
            "execute_tool sql",
            {
                attributes.TOOL_CALL_ARGUMENTS: {"text": "SELECT", "limit": 2},
                attributes.TOOL_CALL_RESULT: {
                    "rows": ("SELECT", "SELECT"),
                    "cursor": "<cursor>",
                    "1": None,
                },
            },
            "sql",
        ),
        (
            "execute_tool mail",
            {
                attributes.TOOL_CALL_ARGUMENTS: {"to": "kim@example.com"},
                attributes.TOOL_CALL_RESULT: "sent",
            },
            "mail",
        ),
    ]
    assert {event.event_name for event in recorded.events} == {events.CONTENT}


def test_a_blob_is_told_by_size_and_hash(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CAPTURE_MODE, "event_only")
    with rag.tool("draw", arguments={"image": b"a picture"}) as tool:
        tool.result([bytearray(b"a picture")])
    (event,) = recorded.events
    # printf "a picture" | sha256sum
    told = "[data, 9 bytes, sha256 92b2fa5802895831]"
    assert event.attributes[attributes.TOOL_CALL_ARGUMENTS] == {"image": told}
    assert event.attributes[attributes.TOOL_CALL_RESULT] == (told,)
