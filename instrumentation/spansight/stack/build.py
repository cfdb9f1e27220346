"""Build a server from the pinned modules in ``toolchain/``, once for each state of its folder."""

import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from spansight.conventions.environment import BINARIES
from spansight.errors import StackError
from spansight.stack import cache, files
from spansight.stack.programs import BUILDER, Program, Recipe
from spansight.stack.progress import Report, progress

_GO_ENVIRONMENT: Final = {
    "CGO_ENABLED": "0",
    # The committed go.mod and go.sum decide alone: a build that would change them fails.
    "GOFLAGS": "-mod=readonly -buildvcs=false -trimpath",
    "GOWORK": "off",
}
_FETCHES_ITSELF: Final = (1, 21)
"""From this version on, Go fetches the one that a go.mod asks for; older ones cannot read it."""
_LAST_LINES: Final = 8


def target(name: str, recipe: Recipe) -> Path:
    """Return where the built program lies; a changed pin or recipe is another place."""
    digest = hashlib.sha256(f"{recipe} {sys.platform} {platform.machine()}".encode())
    for folder in (recipe.folder, *([BUILDER.folder] if recipe.generated else [])):
        for path in sorted((files.root() / "toolchain" / folder).iterdir()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return cache.folder("bin") / f"{name}-{digest.hexdigest()[:12]}" / name


def ensure(name: str, program: Program, recipe: Recipe) -> Path:
    """Return the built program, building it when the cache has none."""
    path = target(name, recipe)
    if path.exists():
        return path
    executable = _go_on_path(name, program, recipe)
    with progress(f"building {name} {program.version}") as report, _lock(path, report):
        # Another process may have built it while this one waited.
        if not path.exists():
            log = cache.folder("logs") / f"build-{name}.log"
            with log.open("wb"):
                _build(_Go(executable, log, report), path, recipe, program.version)
    return path


def _go_on_path(name: str, program: Program, recipe: Recipe) -> str:
    lines = (files.root() / "toolchain" / recipe.folder / "go.mod").read_text().splitlines()
    wanted = next(line for line in lines if line.startswith("go ")).removeprefix("go ")
    remedy = f"install Go {wanted} or newer, or set {BINARIES[name].name} to the program"
    found = shutil.which("go")
    if not found:
        raise StackError(
            f"{name} {program.version} is neither on PATH nor built yet, and there is no Go to "
            f"build it; {remedy}"
        )
    if version := _too_old(found):
        raise StackError(
            f"{name} {program.version} is neither on PATH nor built yet, and {found} is Go "
            f"{version}, too old to build it; {remedy}"
        )
    return found


def _too_old(go: str) -> str:
    """Return the version of a Go that does not fetch a newer one by itself, empty for others."""
    said = subprocess.run([go, "version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"go version go((\d+)\.(\d+)\S*)", said)
    return match[1] if match and (int(match[2]), int(match[3])) < _FETCHES_ITSELF else ""


@contextmanager
def _lock(path: Path, report: Report) -> Generator[None]:
    with path.parent.with_suffix(".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("waiting for the process that is building it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, slots=True)
class _Go:
    executable: str
    log: Path
    report: Report

    def run(self, *arguments: str, folder: Path, saying: Callable[[int], str]) -> str:
        """Run one go command to its end; what is said grows with the lines that it logs."""
        before = self._logged()
        with self.log.open("ab") as log, tempfile.TemporaryFile("w+") as output:
            process = subprocess.Popen(
                [self.executable, *arguments],
                cwd=folder,
                env=os.environ | _GO_ENVIRONMENT,
                stdout=output,
                stderr=log,
            )
            try:
                while _runs(process):
                    self.report(saying(self._logged() - before))
            except BaseException:
                process.terminate()
                process.wait()
                raise
            output.seek(0)
            said = output.read()
        if process.returncode:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-_LAST_LINES:])
            raise StackError(
                f"go {arguments[0]} ended with {process.returncode} ({self.log}):\n{tail}"
            )
        return said

    def _logged(self) -> int:
        return self.log.read_bytes().count(b"\n")


def _runs(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        return True
    return False


def _build(go: _Go, path: Path, recipe: Recipe, version: str) -> None:
    with tempfile.TemporaryDirectory(dir=cache.folder("bin"), prefix="build-") as name:
        work = Path(name)
        source = files.root() / "toolchain" / recipe.folder
        if recipe.generated:
            source = _generate(go, source, work)
        symbol = f" -X {recipe.version_variable}={version}" if recipe.version_variable else ""
        wanted = (f"-tags={recipe.tags}", f"-ldflags=-s -w{symbol}", recipe.package)
        stale = go.run(
            "list",
            "-deps",
            "-f={{if .Stale}}{{.ImportPath}}{{end}}",
            *wanted,
            folder=source,
            saying=lambda lines: f"reading modules, {lines} downloaded",
        )
        total = len(stale.split())
        go.run(
            "build",
            "-v",
            f"-o={work / path.name}",
            *wanted,
            folder=source,
            saying=lambda lines: f"compiled {min(lines, total)} of {total} packages",
        )
        path.parent.mkdir(exist_ok=True)
        (work / path.name).replace(path)


def _generate(go: _Go, manifest: Path, work: Path) -> Path:
    """Write the Collector's main package, then pin its modules with the committed files."""
    builder = target("builder", BUILDER)
    if not builder.exists():
        _build(go, builder, BUILDER, version="")
    shutil.copy(manifest / "builder.yaml", work)
    command = [builder, "--config=builder.yaml", "--skip-compilation", "--skip-get-modules"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StackError(f"the Collector builder refused builder.yaml: {done.stderr.strip()}")
    for pin in ("go.mod", "go.sum"):
        shutil.copy(manifest / pin, work / "_build")
    return work / "_build"
