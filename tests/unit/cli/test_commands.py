"""The command line as a whole: what is missing, unknown or not read any more."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from spansight import cli
from spansight.conventions.environment import BINARIES, CACHE

SHOW = [sys.executable, "-m", "spansight.cli", "prices", "show", "gpt-4o", "--json"]


def without(module: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in an interpreter that has no such module."""
    program = (
        f"import sys; sys.modules[{module!r}] = None; "
        "from spansight.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("module", "words", "said"),
    [
        ("rich", ["status"], "status needs 'rich'; pip install 'spansight[cli]'"),
        ("yaml", ["doctor"], "doctor needs 'yaml'; pip install 'spansight[cli]'"),
        (
            "genai_prices",
            ["prices", "build", "--check"],
            "prices needs 'genai_prices'; pip install 'spansight[prices]'",
        ),
        ("jinja2", ["review"], "review needs 'jinja2'; pip install 'spansight[review]'"),
        ("uvicorn", ["review"], "review needs 'uvicorn'; pip install 'spansight[review]'"),
        ("apscheduler", ["worker"], "worker needs 'apscheduler'; pip install 'spansight[worker]'"),
        (
            "grafana_foundation_sdk",
            ["dashboards", "check"],
            "dashboards needs 'grafana_foundation_sdk'; pip install 'spansight[dashboards]'",
        ),
    ],
)
def test_a_missing_package_names_its_extra(module: str, words: list[str], said: str) -> None:
    done = without(module, *words)
    assert (done.returncode, done.stderr) == (2, f"spansight: {said}\n")


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["upp"])
    assert "invalid choice: 'upp'" in capsys.readouterr().err


def test_output_that_nobody_reads_is_no_traceback() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as unread:
        done = subprocess.run(SHOW, stdout=unread, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_output_without_room_is_one_clear_line() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(SHOW, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.stderr == (
        "spansight: prices: No space left on device; expected room for what it writes\n"
    )
    assert done.returncode == 2


@pytest.mark.parametrize("closed", ["1", "2"])
def test_a_command_runs_where_the_caller_has_closed_a_stream(closed: str) -> None:
    script = f'exec {closed}>&-; exec "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *SHOW], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) == (closed == "2")


def test_a_terminal_that_knows_few_letters_still_gets_help() -> None:
    """The help of `run` has an ellipsis."""
    done = subprocess.run(
        [sys.executable, "-m", "spansight.cli", "run", "--help"],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "CMD?" in done.stdout


def test_a_file_that_the_system_refuses_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Here a folder stands where the log of a build goes."""
    go = tmp_path / "go"
    go.write_text("#!/bin/sh\necho 'go version go1.99.0'\n")
    go.chmod(0o755)
    log = tmp_path / "cache" / "logs" / "build-amtool.log"
    log.mkdir(parents=True)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.delenv(BINARIES["amtool"].name, raising=False)
    monkeypatch.setenv(CACHE.name, str(tmp_path / "cache"))
    assert cli.main(["which", "amtool"]) == 2
    assert capsys.readouterr().err == (
        f"spansight: which: '{log}': Is a directory; "
        "expected a place that can be read and written\n"
    )


@pytest.mark.parametrize("text", ["garbage", "#!/no/such/interpreter\n"])
def test_a_program_that_the_machine_cannot_run_is_one_clear_line(tmp_path: Path, text: str) -> None:
    program = tmp_path / "app"
    program.write_text(text)
    program.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "spansight.cli", "run", program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"spansight: program '{program}': ")
    assert done.stderr.endswith("; name what runs it: spansight run python app.py\n")
    assert done.stderr.count("\n") == 1


def test_what_the_user_s_own_module_lacks_is_not_one_of_our_extras(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app_without.py").write_text("import nothing_of_the_kind\n")
    (tmp_path / "cases.jsonl").write_text('{"question": "1 + 1?", "answer": "2"}\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert cli.main(["eval", "run", "cases.jsonl", "--target", "app_without:answer"]) == 2
    said = capsys.readouterr().err
    assert "'nothing_of_the_kind'" in said
    assert "spansight[" not in said


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"spansight {version('spansight')}\n"


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--target", "target '': expected module:name, such as rag_app:answer"),
        ("--model", "model '': expected a name"),
    ],
)
def test_an_option_that_a_script_left_empty_is_no_option_left_out(
    option: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Answers of old would be judged as if they were the application's of today."""
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"question": "1 + 1?", "answer": "2"}\n')
    assert cli.main(["eval", "run", str(cases), option, ""]) == 2
    assert capsys.readouterr().err == f"spansight: {said}\n"
