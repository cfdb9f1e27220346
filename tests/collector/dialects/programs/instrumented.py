"""Any instrumentors around any calls: ``instrumented.py MODULE:CLASS[,…] CALLS``."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

import sys
from importlib import import_module

from tracing import tracing

with tracing() as provider:
    for instrumentor in sys.argv[1].split(","):
        module, _, name = instrumentor.partition(":")
        getattr(import_module(module), name)().instrument(tracer_provider=provider)
    # Only now: what an instrumentor patches must not have been taken from its module before.
    import_module(sys.argv[2]).ask()
