"""What `spansight.pth` runs in every interpreter in whose environment SPANSIGHT_ENABLED is set.

Nothing that happens here may keep an interpreter from starting.
"""

import functools
import os
from typing import Final

from spansight.settings import Settings, say
from spansight.telemetry.guard import Guard

CHOICE: Final = {"OTEL_PYTHON_DISTRO": "spansight", "OTEL_PYTHON_CONFIGURATOR": "spansight"}
"""What makes OpenTelemetry choose us where other distributions are installed too."""

_ENABLED: Final = "SPANSIGHT_ENABLED"
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
        if _WRAPPER in os.environ.get("PYTHONPATH", ""):
            return
        # Programs that are started while the SDK looks around must not do the same, without end.
        asked = os.environ.pop(_ENABLED)
        try:
            from spansight.telemetry.distro import instrument  # noqa: PLC0415 - a quarter of a second

            instrument()
        finally:
            os.environ[_ENABLED] = asked
    if guard.error is not None:
        say(f"could not start: {guard.error!r}; the application runs without it")
