"""Boards to a Grafana through its API: what would change, and never over a person's edit.

A pushed board carries a digest of itself in a hidden variable.  Whoever edits it in Grafana leaves
the digest behind: that is how an edit is known, on every version of Grafana and from any machine.
"""

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from spansight.errors import ConfigError
from spansight.stores.grafana import Grafana, Source, Stored

Json = dict[str, Any]
Model = Mapping[str, Any]

FOLDER: Final = "Spansight"
"""Title of the folder, as provisioning makes it."""

_DIGEST: Final = "spansight_digest"
_OF_THE_SERVER: Final = ("id", "version")
"""What Grafana adds to the model that it was given."""

State = Literal["new", "same", "changed", "edited", "provisioned"]


@dataclass(frozen=True, slots=True)
class Change:
    """What pushing one board would do."""

    model: Model
    state: State
    """`edited`: somebody saved it in Grafana since the last push, or it came there otherwise."""
    difference: tuple[str, ...]
    """Lines of a unified difference, from what Grafana has to what would be there."""
    replaces: Stored | None

    @property
    def title(self) -> str:
        return str(self.model["title"])

    @property
    def size(self) -> tuple[int, int]:
        """Lines that come, and lines that go."""
        body = self.difference[2:]
        return sum(line[0] == "+" for line in body), sum(line[0] == "-" for line in body)


def changes(grafana: Grafana, boards: Iterable[Model]) -> list[Change]:
    """Compare each board with what Grafana has under its uid."""
    return [_change(model, grafana.board(str(model["uid"]))) for model in boards]


def due(planned: Iterable[Change], *, force: bool) -> list[Change]:
    """Return what is to be saved: what is new or changed, with `force` what was edited too."""
    wanted: set[State] = {"new", "changed", "edited"} if force else {"new", "changed"}
    return [change for change in planned if change.state in wanted]


def push(grafana: Grafana, wanted: Sequence[Change]) -> None:
    """Save these boards in their folder."""
    if not wanted:
        return
    folder = grafana.folder(FOLDER)
    for change in wanted:
        version = change.replaces.version if change.replaces else None
        grafana.save(_signed(change.model), folder=folder, over=version)


def refuse_unknown(sources: Sequence[Source], wanted: Mapping[str, str], usual: Model) -> None:
    """Raise ConfigError where Grafana has no data source of a kind, or none of the name wanted.

    `wanted` and `usual` are by kind; a usual name stands for whichever there is.
    """
    if not sources:
        return  # the token may see none
    for kind, name in wanted.items():
        there = [source for source in sources if source.kind == kind]
        if not there:
            raise ConfigError(f"Grafana has no data source of type {kind!r}; add one first")
        if name != usual[kind] and not any(name in {s.name, s.uid} for s in there):
            known = ", ".join(repr(source.name) for source in there)
            raise ConfigError(
                f"{kind}_source={name!r}: Grafana has no such {kind} data source; it has {known}"
            )


def _change(model: Model, stored: Stored | None) -> Change:
    if stored is None:
        return Change(model, "new", (), None)
    there, digest = _unsigned(stored.model)
    difference = tuple(
        difflib.unified_diff(
            _lines(there), _lines(model), "in Grafana", "to be there", lineterm="", n=2
        )
    )
    return Change(model, _state(stored, digest, there, difference), difference, stored)


def _state(stored: Stored, digest: str, there: Model, difference: Sequence[str]) -> State:
    if not difference:
        return "same"
    if stored.provisioned:
        return "provisioned"
    return "changed" if digest == _digest(there) else "edited"


def _signed(model: Model) -> Json:
    variable = {
        "name": _DIGEST,
        "type": "constant",
        "hide": 2,
        "skipUrlSync": True,
        "query": _digest(model),
    }
    templating = model["templating"]
    return {**model, "templating": {**templating, "list": [*templating["list"], variable]}}


def _unsigned(model: Model) -> tuple[Json, str]:
    """Return a stored model as it was before it was signed, and the digest it carries."""
    templating = model.get("templating", {})
    variables: list[Json] = templating.get("list", [])
    digests = [str(v.get("query", "")) for v in variables if v.get("name") == _DIGEST]
    others = [v for v in variables if v.get("name") != _DIGEST]
    plain = {name: value for name, value in model.items() if name not in _OF_THE_SERVER}
    return {**plain, "templating": {**templating, "list": others}}, "".join(digests)


def _digest(model: Model) -> str:
    return hashlib.sha256("\n".join(_lines(model)).encode()).hexdigest()[:16]


def _lines(model: Model) -> list[str]:
    plain = _whole(model)
    return json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False).splitlines()


def _whole(value: object) -> object:
    """Return the value with 4 for 4.0, as Grafana gives it back."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {key: _whole(inner) for key, inner in cast("Json", value).items()}
        case list():
            return [_whole(inner) for inner in cast("list[object]", value)]
        case _:
            return value
