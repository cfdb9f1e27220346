"""The way back to what was current before a scope."""

from contextvars import Token

from opentelemetry.context import Context


def restore(token: Token[Context]) -> bool:
    """Make current again what was before; false where the token is of no use.

    It is of use once, and only where it was made.  A generator that a web framework reads from a
    pool of threads leaves its blocks elsewhere than it entered them: nothing is to be restored
    there, and OpenTelemetry's own `detach` prints a traceback each time.
    """
    try:
        token.var.reset(token)
    except (RuntimeError, ValueError):
        return False
    return True
