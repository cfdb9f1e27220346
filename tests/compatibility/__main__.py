"""Write what is committed: `cd tests && python -m compatibility locks|page`."""

import argparse
from concurrent.futures import ThreadPoolExecutor

from compatibility import environments, page, running
from compatibility.rows import GEVENT, RAGAS, ROWS


def write_locks() -> None:
    """Resolve every environment again."""
    for environment in dict.fromkeys((*(row.environment for row in ROWS), GEVENT, RAGAS)):
        environments.lock(environment)


def write_page() -> None:
    """Run the matrix, and write its page."""
    with ThreadPoolExecutor(2) as pool:
        page.PAGE.write_text(page.text(list(pool.map(running.outcome, ROWS))), "utf-8")


parser = argparse.ArgumentParser(prog="python -m compatibility", description=__doc__)
parser.add_argument("what", choices=("locks", "page"))
{"locks": write_locks, "page": write_page}[parser.parse_args().what]()
