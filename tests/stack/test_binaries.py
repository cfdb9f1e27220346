"""Finding a server's program: the override, PATH, the cache, a build; each failure in one line."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from spansight.conventions.environment import BINARIES
from spansight.errors import ConfigError, StackError
from spansight.stack import binaries, build
from spansight.stack.programs import PROGRAMS


def program(folder: Path, name: str, says: str) -> Path:
    """Write a program that answers `--version`."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, own_cache: Path) -> Path:
    """Make PATH one folder, without Go, and the cache empty."""
    assert own_cache
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin")
    for variable in BINARIES.values():
        monkeypatch.delenv(variable.name, raising=False)
    if shutil.which("go"):
        pytest.skip("Go is in /bin here")
    return folder


def test_an_override_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: Path) -> None:
    program(path, "loki", "loki, version 3.7.8 (branch: x)")
    mine = program(tmp_path / "mine", "my-loki", "anything")
    monkeypatch.setenv("SPANSIGHT_LOKI", str(mine))
    assert binaries.find("loki") == mine


@pytest.mark.parametrize("value", ["/nowhere/loki", "/etc/passwd", "~no-such-user/loki"])
def test_a_wrong_override_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SPANSIGHT_LOKI", value)
    with pytest.raises(ConfigError) as error:
        binaries.find("loki")
    assert str(error.value) == (
        f"SPANSIGHT_LOKI='{value}': no such program; expected the path of an executable loki"
    )


@pytest.mark.parametrize(
    ("name", "executable", "says"),
    [
        ("loki", "loki", "loki, version 3.7.8 (branch: HEAD, revision: 1)"),
        ("loki", "loki", "loki, version 3.8.0 (branch: HEAD, revision: 1)"),
        ("tempo", "tempo", "tempo, version 3.0.3 (branch: HEAD, revision: 1)"),
        ("collector", "otelcol-contrib", "otelcol-contrib version v0.161.0"),
        ("grafana", "grafana", "grafana version 13.2.3"),
    ],
)
def test_a_program_on_path_is_used(path: Path, name: str, executable: str, says: str) -> None:
    there = program(path, executable, says)
    assert binaries.find(name) == there


@pytest.mark.parametrize(
    "says",
    [
        "loki, version 3.7.7 (too old)",
        "loki, version 4.0.0 (untried)",
        "loki 3.7.8, the network simulator",
        "",
    ],
)
def test_another_program_of_that_name_is_passed_over(path: Path, says: str) -> None:
    program(path, "loki", says)
    with pytest.raises(StackError, match="neither on PATH nor built yet"):
        binaries.find("loki")


def test_without_go_it_says_what_to_install_or_set(path: Path) -> None:
    assert path
    with pytest.raises(StackError) as error:
        binaries.find("tempo")
    message = str(error.value)
    assert message.startswith("tempo 2.9.0 is neither on PATH nor built yet, and there is no Go")
    assert message.endswith("or newer, or set SPANSIGHT_TEMPO to the program")
    assert "\n" not in message


def test_a_go_that_is_too_old_is_named(path: Path) -> None:
    """As Debian 12 has it: it cannot even read the go.mod."""
    go = program(path, "go", "go version go1.19.8 linux/amd64")
    with pytest.raises(StackError) as error:
        binaries.find("tempo")
    message = str(error.value)
    assert message.startswith(
        f"tempo 2.9.0 is neither on PATH nor built yet, and {go} is Go 1.19.8"
    )
    assert message.endswith("or newer, or set SPANSIGHT_TEMPO to the program")
    assert "\n" not in message


def test_a_missing_grafana_is_not_an_end(path: Path) -> None:
    assert path
    with pytest.raises(binaries.ProgramAbsent, match="install it or set SPANSIGHT_GRAFANA"):
        binaries.find("grafana")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="'lokki' is no program of the stack; expected collector"):
        binaries.find("lokki")


def test_an_unwritable_cache_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("SPANSIGHT_CACHE", str(file / "cache"))
    with pytest.raises(ConfigError) as error:
        binaries.find("loki")
    assert str(error.value) == (
        f"'{file}/cache/bin' cannot be written (Not a directory); "
        "set SPANSIGHT_CACHE to a folder that can"
    )


def test_a_cache_in_nobody_s_home_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPANSIGHT_CACHE", "~no-such-user/cache")
    with pytest.raises(ConfigError, match="'~no-such-user/cache': there is no such home folder"):
        binaries.find("loki")


def test_every_recipe_has_a_place_of_its_own(own_cache: Path) -> None:
    places = {
        build.target(name, row.recipe) for name, row in PROGRAMS.items() if row.recipe is not None
    }
    assert len(places) == 7
    assert {place.parents[1] for place in places} == {own_cache / "bin"}


@pytest.mark.stack
@pytest.mark.skipif(not shutil.which("go"), reason="there is no Go")
def test_two_builders_of_one_program_build_it_once(own_cache: Path) -> None:
    """The smallest server program, from its pinned modules, in an empty cache."""
    command = [sys.executable, "-m", "spansight.cli", "which", "amtool"]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=240) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    (path,) = {output.strip() for output, _ in said}
    assert Path(path).is_relative_to(own_cache)
    assert binaries.version("amtool", Path(path)) == (0, 31, 1)
    assert sum("waiting for the process" in errors for _, errors in said) <= 1
    assert list((own_cache / "bin").glob("build-*")) == []


@pytest.mark.stack
@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "grafana"])
def test_what_is_found_says_which_version_it_is(name: str) -> None:
    found = binaries.version(name, binaries.find(name))
    assert found
    assert found >= tuple(map(int, PROGRAMS[name].version.split(".")))
