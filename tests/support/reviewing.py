"""A review of a few cases, and the page of one while a test runs."""

import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from spansight.evals import Case, Score
from spansight.review import queues
from spansight.review.desk import Desk
from spansight.review.journal import Journal
from spansight.review.queues import Item
from spansight.review.server import ReviewServer
from spansight.review.telling import Teller

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
SPAN_ID = "b7ad6b7169203331"


def item(id_: str, answer: str = "7 days.", **about: object) -> Item:
    """Return a case with an answer, and a low score of it."""
    case = Case(id=id_, question=f"Question {id_}?", answer=answer, metadata=about)
    return Item(case, (Score(case=id_, name="faithfulness", value=0.25),))


def traced(id_: str) -> Item:
    """Return a case that knows its trace."""
    case = Case(id=id_, question="How long?", answer="7 days.", trace_id=TRACE_ID, span_id=SPAN_ID)
    return Item(case)


def desk(file: Path, items: Iterable[Item], *, blind: bool = False) -> Desk:
    """Return a desk with the queue of experts, in the order of its sample."""
    journal = Journal(file)
    queue = queues.expert(list(items), most=50)
    return Desk(
        queues={queue.name: queue},
        journal=journal,
        teller=Teller(journal, "human_review"),
        blind=blind,
    )


@contextmanager
def served(of: Desk, grafana: str | None = None) -> Generator[str]:
    """Serve the page of a desk, and yield its address with the token."""
    server = ReviewServer(of, grafana=grafana)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.url
    finally:
        server.stop()
        thread.join(timeout=10)
        assert not thread.is_alive()
