"""An SDK that traces by itself: ``uninstrumented.py CALLS``."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

import sys
from importlib import import_module

from tracing import tracing

with tracing():
    import_module(sys.argv[1]).ask()
