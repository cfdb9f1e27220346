"""What is paid once, or by everybody: switching on, packages, and the hook while it is off."""

from dataclasses import dataclass
from typing import Final

from environments import ROOT, Environment
from subjects import Subject

RUNS: Final = 3
_WITHIN_S: Final = 60.0

_HOOK: Final = """
import os, timeit
os.environ.pop("SPANSIGHT_ENABLED", None)
line = compile(open({path!r}).read(), "spansight.pth", "exec")
print(min(timeit.repeat(lambda: exec(line), number=1000, repeat=5)) * 1e3)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """The standing costs of one subject."""

    switch_on_ms: float
    """CPU time, the client being imported already; the best of a few processes."""
    packages: int
    """Installed beside those of the client."""


def standing(subject: Subject, environ: dict[str, str]) -> Standing:
    """Measure one subject."""
    environment = Environment.of(subject.packages)
    runs = [
        float(
            environment.run(
                ROOT / "benches/subject.py",
                subject.name,
                "switch-on",
                environ=environ,
                within_s=_WITHIN_S,
            )
        )
        for _ in range(RUNS)
    ]
    added = environment.packages() - Environment.of(()).packages()
    return Standing(round(min(runs)), len(added))


def hook_us(environment: Environment) -> float:
    """Return what the line in `spansight.pth` costs an interpreter that is not observed."""
    program = _HOOK.format(path=str(ROOT / "instrumentation/spansight.pth"))
    return round(float(environment.run("-c", program, environ={}, within_s=_WITHIN_S)), 2)
