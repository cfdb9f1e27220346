"""Run faults in their long form, and write docs/reliability.md: `cd tests && python -m faults`."""

import argparse
import os
import platform
import sys
from datetime import UTC, datetime

from faults import page
from faults.disk import NoDisk
from faults.running import pool
from faults.table import FAULTS

parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
parser.add_argument("--short", action="store_true", help="seconds instead of minutes")
parser.add_argument("--page", action="store_true", help="only write the page again")
parser.add_argument("names", nargs="*", metavar="NAME", help="a fault; default: all of them")
wanted = parser.parse_args()

machine = f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores"
chosen = [fault for fault in FAULTS if not wanted.names or fault.name in wanted.names]
breached = False
with pool([] if wanted.page else chosen, "short" if wanted.short else "long") as futures:
    for fault in chosen if futures else ():
        try:
            outcome = futures[fault.name].result()
        except NoDisk as error:
            print(f"{fault.name}: not run, only root can: {error}", flush=True)  # noqa: T201 - a command prints
            continue
        breaches = outcome.breaches(fault.loses)
        breached |= bool(breaches)
        print(f"{fault.name}: {'; '.join(breaches) or 'as expected'}", flush=True)  # noqa: T201 - a command prints
        page.store([outcome], machine=machine, date=f"{datetime.now(UTC):%Y-%m-%d}")
page.PAGE.write_text(page.text(page.stored()), "utf-8")
sys.exit(breached)
