"""The border that no error of ours crosses into an application.

    with Guard("where it happens"):
        ...

The only place that swallows any exception: it is logged at debug level once a site, and counted.
"""

import logging
from collections import Counter
from types import TracebackType
from typing import Final, Self

_logger: Final = logging.getLogger("spansight.telemetry")
_counts: Final[Counter[str]] = Counter()


class Guard:
    """A block whose errors end with it; `error` is the one that did."""

    __slots__ = ("error", "site")

    def __init__(self, site: str) -> None:
        """Name the site, as its count and its log record will."""
        self.site: Final = site
        self.error: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        # KeyboardInterrupt, SystemExit and cancellation are the application's, not errors of ours.
        if not isinstance(error, Exception):
            return False
        self.error = error
        _counts[self.site] += 1
        if _counts[self.site] == 1:
            _logger.debug("error in spansight: %s", self.site, exc_info=error)
        return True


def errors() -> dict[str, int]:
    """Return how many errors each site has swallowed."""
    return dict(_counts)


def forget() -> None:
    """Count from zero, as a forked child does."""
    _counts.clear()
