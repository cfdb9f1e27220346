"""What `spansight.pth` runs in every interpreter in whose environment SPANSIGHT_ENABLED is set.

Nothing that happens here may keep an interpreter from starting.
"""

import functools
import os
from typing import Final

from spansight.conventions.environment import ENABLED
from spansight.settings import CHOICE, Settings, say
from spansight.telemetry import standard
from spansight.telemetry.guard import Guard

_WRAPPER: Final = os.path.join("opentelemetry", "instrumentation", "auto_instrumentation")  # noqa: PTH118 - compared with text


@functools.cache
def start() -> None:
    """Switch instrumentation on, unless `opentelemetry-instrument` is about to.

    Once: in a virtual environment, Python 3.11 runs every .pth file twice.
    """
    with Guard("start") as guard:
        if not Settings.from_env().enabled:
            return
        os.environ.update(CHOICE)
        # Before OpenTelemetry is imported: a wrong propagator would fail there.
        standard.apply()
        if _WRAPPER in os.environ.get("PYTHONPATH", ""):
            return
        # Programs that are started while the SDK looks around must not do the same, without end.
        asked = os.environ.pop(ENABLED.name)
        try:
            from spansight.telemetry.distro import instrument  # noqa: PLC0415 - a quarter of a second

            instrument()
        finally:
            os.environ[ENABLED.name] = asked
    if guard.error is not None:
        say(f"could not start: {guard.error!r}; the application runs without it")
