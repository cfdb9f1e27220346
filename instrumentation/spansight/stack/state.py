"""The record of the stack that runs: written by `up`, read by everything that talks to it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import UnionType
from typing import Any, Final, Literal, Self, cast, get_args

from spansight.errors import StackError
from spansight.stack import cache
from spansight.stores.endpoints import Endpoints

Mode = Literal["docker", "native"]

_NAME: Final = "state.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One running stack."""

    mode: Mode
    folder: str
    """The run folder: state, data and logs."""
    endpoints: Endpoints
    pids: Mapping[str, int]
    """Server name → process id; empty for Docker, which keeps its own record."""
    supervisor: int | None = None
    """The process that owns the servers of a native stack."""

    def write(self) -> None:
        """Replace the record in the run folder at once, never half."""
        path = Path(self.folder) / _NAME
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self), indent=2) + "\n")
        fresh.replace(path)

    def remove(self) -> None:
        """Forget the stack; its data and logs stay."""
        (Path(self.folder) / _NAME).unlink(missing_ok=True)

    def with_pids(self, pids: Mapping[str, int]) -> Self:
        """Return the record after a server was started or stopped."""
        return replace(self, pids=dict(pids))


def read(folder: Path | None = None) -> State | None:
    """Return the record in a run folder, by default the one of `spansight up`; None without one."""
    path = (folder or cache.run_folder()) / _NAME
    try:
        return _state(json.loads(path.read_text()))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StackError(
            f"{str(path)!r}: {error.strerror}; expected the record of the stack that "
            "`spansight up` started, and you may read"
        ) from None
    except (ValueError, TypeError, KeyError) as error:
        raise StackError(
            f"{str(path)!r} is no record of a stack ({error}); remove it, then `spansight up`"
        ) from None


def _state(values: object) -> State:
    """Read the plain form; anything else is one of Python's own errors."""
    if not isinstance(values, dict):
        raise TypeError(f"{values!r:.80}")
    named = cast("dict[str, Any]", values)
    pids, urls = dict(named.pop("pids")), dict(named.pop("endpoints"))
    if named["mode"] not in get_args(Mode):
        raise ValueError(f"mode={named['mode']!r:.40}")
    _require(int, pids)
    _require(str | None, urls)
    return State(pids=pids, endpoints=Endpoints.from_dict(urls), **named)


def _require(kind: type | UnionType, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        if not isinstance(value, kind):
            raise TypeError(f"{name}={value!r:.40}")


def endpoints(folder: Path | None = None) -> Endpoints:
    """Return where the recorded stack answers, or the published ports when there is no record."""
    state = read(folder)
    return state.endpoints if state else Endpoints()
