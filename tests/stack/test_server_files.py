"""Each server's own opinion of the shipped files, and of broken ones."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from spansight.stack import binaries, files

pytestmark = pytest.mark.stack

ROOT = files.root()
TEMPO_2 = (3,)


def prometheus(file: Path) -> list[str | Path]:
    return [binaries.find("promtool"), "check", "config", file]


def alertmanager(file: Path) -> list[str | Path]:
    return [binaries.find("amtool"), "check-config", file]


def loki(file: Path) -> list[str | Path]:
    return [
        binaries.find("loki"),
        "-verify-config",
        "-config.expand-env=true",
        f"-config.file={file}",
    ]


def tempo(file: Path) -> list[str | Path]:
    return [
        binaries.find("tempo"),
        "-config.verify=true",
        "-config.expand-env=true",
        f"-config.file={file}",
    ]


def tempo_file() -> str:
    found = binaries.version("tempo", binaries.find("tempo"))
    return "tempo/tempo-2.9.yaml" if found and found < TEMPO_2 else "tempo/tempo.yaml"


CHECKS: dict[str, tuple[str | Callable[[], str], Callable[[Path], list[str | Path]]]] = {
    "prometheus": ("prometheus/prometheus.yml", prometheus),
    "alertmanager": ("prometheus/alertmanager.yml", alertmanager),
    "loki": ("loki/loki.yaml", loki),
    "tempo": (tempo_file, tempo),
}


def run(command: list[str | Path]) -> tuple[int, str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(("file", "check"), CHECKS.values(), ids=CHECKS)
def test_the_server_accepts_the_shipped_file(
    file: str | Callable[[], str], check: Callable[[Path], list[str | Path]]
) -> None:
    name = file if isinstance(file, str) else file()
    code, said = run(check(ROOT / name))
    assert code == 0, said


@pytest.mark.parametrize(("file", "check"), CHECKS.values(), ids=CHECKS)
def test_the_server_refuses_a_misspelt_key(
    file: str | Callable[[], str], check: Callable[[Path], list[str | Path]], tmp_path: Path
) -> None:
    """Otherwise the test above would pass whatever the file says."""
    name = file if isinstance(file, str) else file()
    broken = tmp_path / Path(name).name
    broken.write_text(f"{(ROOT / name).read_text()}\nmisspelt_key: true\n")
    code, said = run(check(broken))
    assert code != 0
    assert "misspelt_key" in said
