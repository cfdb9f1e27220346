"""A worker's file: which jobs there are, when they are due, and what they judge with."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from spansight.errors import ConfigError
from spansight.evals import Dataset, Evaluator
from spansight.evals.catalog import named
from spansight.evals.offline import OFFLINE
from spansight.evals.online import evaluators_of
from spansight.stores.endpoints import Endpoints
from spansight.stores.loki import Loki
from spansight.worker import document
from spansight.worker.document import Section, Value
from spansight.worker.jobs import Job, Work
from spansight.worker.offline import Offline, Source, yesterday
from spansight.worker.online import Online
from spansight.worker.schedule import Schedule, duration_s
from spansight.worker.state import shelf

DAILY: Final = "01:00"
"""When the offline evaluation is due where the file does not say."""

_OFTEN_S: Final = 300
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_SCHEDULES: Final = ("every", "at", "cron")
_ONLINE: Final = ("kind", *_SCHEDULES, "evaluators", "share", "most", "delay", "services")
_OFFLINE: Final = ("kind", *_SCHEDULES, "evaluators", "datasets", "sample", "spend_usd")
_SPEND_USD: Final = 10.0
"""What a judge may spend in one run where the file does not say: nobody watches it."""

Evaluators = Mapping[str, Evaluator]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where the worker runs and what it asks."""

    folder: Path
    """Records, locks and runs; workers that share it share the work."""
    zone: tzinfo
    base: Path
    """What paths in the file are relative to."""
    endpoints: Endpoints
    priced: Callable[[Evaluators], Evaluators]
    """Tells judges what their models cost."""


def jobs(
    path: Path, endpoints: Endpoints, priced: Callable[[Evaluators], Evaluators] = dict
) -> list[Job]:
    """Read the jobs of a worker's file; `priced` tells judges what they spend."""
    file = document.read(path)
    file.only("folder", "timezone", "loki", "tempo", "jobs")
    base = path.absolute().parent
    folder = file.get("folder")
    given = {name: url for name in ("loki", "tempo") if (url := file.get(name))}
    stores = {name: url.text().rstrip("/") for name, url in given.items()}
    setting = Setting(
        folder=base / Path(folder.text() if folder else "worker").expanduser(),
        zone=_zone(file.get("timezone")),
        base=base,
        endpoints=replace(endpoints, **stores),
        priced=priced,
    )
    found = [_job(section, setting) for section in file.section("jobs").sections()]
    if not found:
        raise ConfigError(f"{path}: no jobs; expected at least one, such as `online:`")
    return found


def _job(section: Section, setting: Setting) -> Job:
    if not _NAME.fullmatch(section.name):
        raise ConfigError(
            f"{section.where}: job {section.name!r}: expected lower-case letters, digits, - and _"
        )
    kind = section.get("kind")
    word = kind.text() if kind else section.name
    if word not in _KINDS:
        expected = " or ".join(_KINDS)
        if kind:
            kind.refuse(expected)
        raise ConfigError(f"{section.where}: no `kind` in {section.name!r}; expected {expected}")
    make, default = _KINDS[word]
    return Job(
        section.name,
        _schedule(section, setting.zone) or default(setting.zone),
        make(section, setting),
        shelf(setting.folder, section.name),
    )


def _online(section: Section, setting: Setting) -> Work:
    section.only(*_ONLINE)
    share, most, services = (section.get(name) for name in ("share", "most", "services"))
    delay = section.get("delay")
    return Online(
        loki=Loki(setting.endpoints.loki),
        evaluators=_evaluators(section, lambda names: evaluators_of(",".join(names)), ("usual",)),
        share=share.share() if share else 1.0,
        most=most.count() if most else 1000,
        delay_s=delay.parsed(duration_s) if delay else 30,
        services=services.texts() if services else (),
    )


def _offline(section: Section, setting: Setting) -> Work:
    section.only(*_OFFLINE)
    datasets, size, spend = (section.get(name) for name in ("datasets", "sample", "spend_usd"))
    sources = (
        [_file(setting.base / name, datasets) for name in datasets.texts()] if datasets else []
    )
    if size:
        sources.append(yesterday(setting.endpoints, setting.zone, size.count()))
    if not sources:
        raise ConfigError(
            f"{section.where}: nothing to evaluate in {section.name!r}; expected `datasets`, files,"
            " or `sample`, how many of yesterday's answers"
        )
    return Offline(
        sources=sources,
        evaluators=setting.priced(_evaluators(section, named, OFFLINE)),
        spend_usd=spend.amount() if spend else _SPEND_USD,
        runs=setting.folder / "runs",
    )


def _file(path: Path, value: Value) -> Source:
    if not path.is_file():
        raise ConfigError(f"{value.where}: {value.name}: no file {str(path)!r}")
    # Read anew for each run: what changed since yesterday is what today's figures are of.
    return lambda _: Dataset.read(path)


_KINDS: Final[
    Mapping[str, tuple[Callable[[Section, Setting], Work], Callable[[tzinfo], Schedule]]]
] = {
    "online": (_online, lambda _: Schedule.every(_OFTEN_S)),
    "offline": (_offline, lambda zone: Schedule.at(DAILY, zone)),
}


def _schedule(section: Section, zone: tzinfo) -> Schedule | None:
    given = [value for name in _SCHEDULES if (value := section.get(name))]
    if len(given) > 1:
        names = " and ".join(value.name for value in given)
        raise ConfigError(f"{given[1].where}: {names} in {section.name!r}; expected one of them")
    for value in given:
        match value.name:
            case "every":
                return Schedule.every(value.parsed(duration_s))
            case "at":
                return value.parsed(lambda text: Schedule.at(text, zone))
            case _:
                return value.parsed(lambda text: Schedule.cron(text, zone))
    return None


def _evaluators(
    section: Section,
    find: Callable[[Sequence[str]], dict[str, Evaluator]],
    usual: Sequence[str],
) -> dict[str, Evaluator]:
    value = section.get("evaluators")
    try:
        return find(value.texts() if value else usual)
    except ConfigError as error:
        if value is None or str(error).startswith(value.where):
            raise
        raise ConfigError(f"{value.where}: {error}") from error


def _zone(value: Value | None) -> tzinfo:
    """Return the file's time zone, or the machine's with its rules of summer time."""
    if value is None:
        return _machine_zone()
    try:
        return ZoneInfo(value.text())
    except (ZoneInfoNotFoundError, ValueError):
        value.refuse("a name such as Asia/Seoul or UTC")


def _machine_zone() -> tzinfo:
    name = os.environ.get("TZ", "").strip().lstrip(":")
    for known in (name, _linked()):
        try:
            if known:
                return ZoneInfo(known)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return datetime.now(UTC).astimezone().tzinfo or UTC


def _linked() -> str:
    # Where /etc/localtime leads is the name; its content has the rules, but no name.
    return str(Path("/etc/localtime").resolve()).rpartition("zoneinfo/")[2]
