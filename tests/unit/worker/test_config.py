"""A worker's file, and the answers to a wrong one."""

from pathlib import Path

import pytest

from spansight.errors import ConfigError
from spansight.stores.endpoints import Endpoints
from spansight.worker import config
from spansight.worker.jobs import Job
from spansight.worker.offline import Offline
from spansight.worker.online import Online

FULL = """\
folder: state
timezone: Asia/Seoul
loki: http://loki:3100/
jobs:
  online:
    every: 2m
    evaluators: [not_empty, within_latency=5]
    share: 0.25
    most: 40
    delay: 1m
    services: [shop, desk]
  daily:
    kind: offline
    at: 02:30
    datasets: golden.csv
    evaluators: [faithfulness, recall_at_5]
    spend_usd: 2.5
  weekly:
    kind: offline
    cron: 0 3 * * 0
    datasets: [golden.csv]
"""


def read(folder: Path, text: str) -> list[Job]:
    (folder / "golden.csv").write_text("question,answer\nHow long?,7 days.\n")
    file = folder / "worker.yaml"
    file.write_text(text)
    return config.jobs(file, Endpoints())


def test_a_file_in_full(tmp_path: Path) -> None:
    online, daily, weekly = read(tmp_path, FULL)
    assert [job.schedule.text for job in (online, daily, weekly)] == [
        "every 2 m",
        "daily at 02:30",
        "cron 0 3 * * 0",
    ]
    assert isinstance(online.work, Online)
    assert online.work.loki.url == "http://loki:3100"
    assert (online.work.share, online.work.most, online.work.delay_s) == (0.25, 40, 60)
    assert online.work.services == ("shop", "desk")
    assert set(online.work.evaluators) == {"not_empty", "within_latency"}
    assert isinstance(daily.work, Offline)
    assert set(daily.work.evaluators) == {"faithfulness", "recall_at_5"}
    assert daily.work.runs == tmp_path / "state" / "runs"
    assert daily.work.spend_usd == 2.5
    assert isinstance(weekly.work, Offline)
    assert weekly.work.spend_usd == 10


def test_a_time_needs_no_quotes(tmp_path: Path) -> None:
    """To YAML 1.1, 13:30 is a number of base 60."""
    (job,) = read(tmp_path, "jobs:\n  offline: {at: 13:30, datasets: golden.csv}\n")
    assert job.schedule.text == "daily at 13:30"


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    online, offline = read(
        tmp_path, "jobs:\n  online: {services: shop}\n  offline: {datasets: golden.csv}\n"
    )
    assert [job.schedule.text for job in (online, offline)] == ["every 5 m", "daily at 01:00"]
    assert isinstance(online.work, Online)
    assert online.work.loki.url == Endpoints().loki
    assert "not_empty" in online.work.evaluators
    assert isinstance(offline.work, Offline)
    assert set(offline.work.evaluators) == {
        "faithfulness",
        "relevancy",
        "context_precision",
        "context_recall",
    }


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("jobs:\n  online: {evry: 5m}\n", 2, "'evry' in online: not known; did you mean 'every'?"),
        ("job:\n  online: {}\n", 1, "'job' in the file: not known; did you mean 'jobs'?"),
        ("jobs:\n  online: {every: soon}\n", 2, "every: 'soon': expected a duration above 0"),
        ("jobs:\n  online:\n    at: 25:00\n", 3, "at: '25:00': expected a time of the day"),
        ("jobs:\n  online:\n    cron: 1 2\n", 3, "cron: cron '1 2': expected minute"),
        (
            "jobs:\n  daily: {kind: offline, datasets: golden.csv, spend_usd: 0}\n",
            2,
            "spend_usd=0; expected a number above 0",
        ),
        ("jobs:\n  online: {share: 2}\n", 2, "share=2; expected a number above 0, up to 1"),
        ("jobs:\n  online: {most: true}\n", 2, "most=True; expected a whole number above 0"),
        ("jobs:\n  online: {services: [1]}\n", 2, "services=[1]; expected a list of texts"),
        ("jobs:\n  online: {evaluators: [plite]}\n", 2, "'plite': expected one of usual"),
        ("jobs:\n  online: {every: 5m, at: '01:00'}\n", 2, "every and at in 'online'"),
        ("jobs:\n  mine: {every: 5m}\n", 2, "no `kind` in 'mine'; expected online or offline"),
        ("jobs:\n  mine: {kind: hourly}\n", 2, "kind='hourly'; expected online or offline"),
        ("jobs:\n  Mine!: {kind: online}\n", 2, "job 'Mine!': expected lower-case letters"),
        ("jobs:\n  offline: {}\n", 2, "nothing to evaluate in 'offline'; expected `datasets`"),
        ("jobs:\n  offline: {datasets: none.csv}\n", 2, "datasets: no file "),
        ("jobs:\n  online: 5m\n", 2, "online='5m'; expected names and values under it"),
        ("timezone: Mars\njobs: {online: {every: 5m}}\n", 1, "timezone='Mars'; expected a name"),
        ("jobs:\n  online: {every: 5m}\n  online: {every: 6m}\n", 3, "'online' a second time"),
        ("jobs:\n  online: [\n", 3, "expected YAML"),
    ],
)
def test_a_mistake_is_named_by_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, text)
    message = str(refused.value)
    assert message.startswith(f"{tmp_path}/worker.yaml:{line}: "), message
    assert said in message


@pytest.mark.parametrize("text", ["", "- a\n", "jobs\n", "jobs: {}\n"])
def test_a_file_without_jobs_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="expected"):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml'.*expected a worker's file"):
        config.jobs(tmp_path / "none.yaml", Endpoints())
