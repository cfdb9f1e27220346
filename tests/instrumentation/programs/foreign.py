"""An application whose tracing is by somebody else's implementation of the API."""

import os
import runpy
from pathlib import Path

from opentelemetry import trace

theirs = trace.NoOpTracerProvider()
trace.set_tracer_provider(theirs)
runpy.run_path(str(Path(__file__).with_name("one.py")))
os.write(1, f"{trace.get_tracer_provider() is theirs}\n".encode())
