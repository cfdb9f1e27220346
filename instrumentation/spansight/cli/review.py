"""`spansight review`: people judge answers on a local page; each judgement is an event."""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from spansight.cli import FINE
from spansight.cli.amounts import amount, count
from spansight.errors import ConfigError
from spansight.evals import Dataset, Run
from spansight.evals.sampling import Window
from spansight.review import queues
from spansight.review.desk import Desk
from spansight.review.journal import Journal
from spansight.review.labels import USUAL, labels
from spansight.review.pool import items
from spansight.review.queues import Queue
from spansight.review.recorded import recorded
from spansight.review.server import ReviewServer
from spansight.review.telling import Teller
from spansight.stack import state
from spansight.telemetry.distro import instrument, uninstrument

_MOST: Final = 50
_DAY_S: Final = 86_400


def configure(parser: ArgumentParser) -> None:
    _configure_cases(parser)
    _configure_judging(parser)
    parser.add_argument("--port", type=count, metavar="N", help="listen here, not on a free port")


def _configure_cases(parser: ArgumentParser) -> None:
    files = "files of cases: .jsonl, .csv or .yaml"
    parser.add_argument("dataset", nargs="*", type=Path, metavar="DATASET", help=files)
    recorded = "also review this many recorded answers"
    parser.add_argument("--sample", type=count, metavar="N", help=recorded)
    since = "take the sample from the last N days (default: %(default)s)"
    parser.add_argument("--days", type=amount, default=7, metavar="N", help=since)
    scores = "a run whose scores are shown; may be repeated"
    parser.add_argument("--run", action="append", default=[], type=Path, metavar="RUN", help=scores)
    most = "cases in a queue (default: %(default)s)"
    parser.add_argument("--most", type=count, default=_MOST, metavar="N", help=most)
    new = "a new feature, which gets a queue of its own; may be repeated"
    parser.add_argument("--feature", action="append", default=[], metavar="NAME", help=new)


def _configure_judging(parser: ArgumentParser) -> None:
    kept = "where judgements are kept (default: %(default)s)"
    file = Path("judgements.jsonl")
    parser.add_argument("--file", type=Path, default=file, metavar="FILE", help=kept)
    label = "a label in place of the usual ones; may be repeated"
    parser.add_argument("--label", action="append", default=[], metavar="NAME", help=label)
    blind = "hide other opinions until the reviewer has judged"
    parser.add_argument("--blind", action="store_true", help=blind)
    name = "name of the evaluation (default: %(default)s)"
    parser.add_argument("--evaluation", default="human_review", metavar="NAME", help=name)


def main(arguments: Namespace) -> int:
    chosen = {queue.name: queue for queue in _queues(arguments)}
    # Where there is nothing to review, no file appears either.
    journal = Journal(arguments.file)
    desk = Desk(
        queues=chosen,
        journal=journal,
        teller=Teller(journal, arguments.evaluation),
        labels=labels(arguments.label) or USUAL,
        blind=arguments.blind,
    )
    server = ReviewServer(desk, grafana=state.endpoints().grafana, port=arguments.port or 0)
    instrument()
    print(f"review: {server.url}")
    print("it lets in whoever has this address, on this machine only; Ctrl-C ends it", flush=True)
    try:
        # Ctrl-C is how a review ends.
        with suppress(KeyboardInterrupt):
            server.run()
    finally:
        uninstrument()
    return FINE


def _queues(arguments: Namespace) -> Iterator[Queue]:
    runs = [Run.read(path) for path in arguments.run]
    pool = items([Dataset.read(path) for path in arguments.dataset], runs)
    if arguments.sample:
        now = time.time()
        window = Window(now - arguments.days * _DAY_S, now)
        pool += recorded(state.endpoints(), window, arguments.sample)
    if not pool:
        raise ConfigError("nothing to review; name a file of cases, or say --sample 100")
    yield queues.expert(pool, arguments.most)
    yield queues.edge(pool, arguments.most)
    if arguments.feature:
        yield queues.new_feature(pool, arguments.most, arguments.feature)
