"""The command line as a whole: what is missing, unknown or not read any more."""

import os
import subprocess
import sys

import pytest

from spansight import cli


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
    command = [sys.executable, "-m", "spansight.cli", "prices", "show", "gpt-4o", "--json"]
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as unread:
        done = subprocess.run(
            command, stdout=unread, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (141, "")
