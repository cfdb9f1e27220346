"""Any instrumentor around any calls: ``instrumented.py MODULE:CLASS CALLS``."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

import sys
from importlib import import_module

from tracing import tracing

module, _, name = sys.argv[1].partition(":")
with tracing() as provider:
    getattr(import_module(module), name)().instrument(tracer_provider=provider)
    # Only now: what an instrumentor patches must not have been taken from its module before.
    import_module(sys.argv[2]).ask()
