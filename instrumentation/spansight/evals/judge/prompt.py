"""What a judge is told: pinned texts, each known by its name, its version and a hash."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from string import Template
from typing import Any, Final, Self

from spansight.conventions import attributes
from spansight.errors import ConfigError
from spansight.evals.model import Case

Schema = Mapping[str, Any]
Shown = dict[str, str | Sequence[str]]

_FOLDER: Final = Path(__file__).parent / "prompts"
_HEADER: Final = re.compile(r"(?P<header>(?:\w+:.*\n)+)---\n(?P<text>.+)", re.DOTALL)
_NAMES: Final = ("name", "version", "shows", "grades")
_GRADES: Final = range(2, 11)
_HEXITS: Final = 12
_TEXTS: Final = ("question", "answer", "contexts", "ground_truth")
"""What of a case is text that somebody wrote."""


def reasoned(**opinion: Schema) -> dict[str, Any]:
    """Return the schema of an object with a reason, and after it an opinion."""
    properties = {"reason": {"type": "string"}, **opinion}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


@dataclass(frozen=True, repr=False)
class Prompt:
    """A text, what of a case it is shown with, and the shape of what is answered."""

    name: str
    version: str
    text: str
    shows: tuple[str, ...]
    """Fields of a case; those that end in `?` are shown where they are known."""
    schema: Schema
    grades: int = 0
    """How many there are, the highest the best; 0 where the opinion is no grade."""

    @classmethod
    def read(cls, path: str | Path, schema: Schema | None = None) -> Self:
        """Read a prompt's file: lines `name: value`, a line `---`, and the text."""
        file = Path(path)
        try:
            content = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{file}: {error}; expected the file of a rubric") from error
        return cls.parse(content, str(file), schema)

    @classmethod
    def parse(cls, content: str, where: str = "rubric", schema: Schema | None = None) -> Self:
        """Read a prompt; without a schema, it is a rubric, and says how many grades it has."""
        parts = _HEADER.fullmatch(content)
        if parts is None:
            raise ConfigError(f"{where}: expected lines `name: value`, a line `---`, and a text")
        said = dict(_pair(line) for line in parts["header"].splitlines())
        for name in said:
            if name not in _NAMES:
                raise ConfigError(f"{where}: {name!r}; expected {', '.join(_NAMES)}")
        for name in _NAMES[:3]:
            if not said.get(name):
                raise ConfigError(f"{where}: no `{name}`; expected a line `{name}: …`")
        grades = 0 if schema else _grades(said.get("grades", ""), where)
        return cls(
            name=said["name"],
            version=said["version"],
            text=parts["text"].strip(),
            shows=_shows(said["shows"], where),
            schema=schema or reasoned(grade={"type": "integer", "enum": [*range(1, grades + 1)]}),
            grades=grades,
        )

    def __repr__(self) -> str:
        """Name the text by its hash: with another one, a run is another run."""
        return f"Prompt({self.name} {self.version} {self.hash})"

    @cached_property
    def system(self) -> str:
        """All that a judge is told but for the case: the same text for each."""
        schema = json.dumps(self.schema, ensure_ascii=False)
        return frame().substitute(task=self.text, schema=schema)

    @cached_property
    def hash(self) -> str:
        """What tells this text from any other."""
        return hashlib.sha256(self.system.encode()).hexdigest()[:_HEXITS]

    def about(self, model: str) -> dict[str, str]:
        """Return what a score says of the model and the prompt that it is of."""
        return {
            attributes.JUDGE_MODEL: model,
            attributes.PROMPT_NAME: self.name,
            attributes.PROMPT_VERSION: self.version,
            attributes.PROMPT_HASH: self.hash,
        }

    def shown(self, case: Case) -> Shown | None:
        """Return what of a case the judge is shown; None where something is not known."""
        shown: Shown = {}
        for field in self.shows:
            name = field.removesuffix("?")
            value: str | Sequence[str] | None = getattr(case, name)
            if value is not None:
                shown[name] = value
            elif name == field:
                return None
        return shown


@cache
def frame() -> Template:
    """Return what every judge is told around its task."""
    return Template((_FOLDER / "frame.md").read_text("utf-8").strip())


def shipped(name: str, schema: Schema | None = None) -> Prompt:
    """Return one of our own prompts."""
    return Prompt.read(_FOLDER / f"{name}.md", schema)


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.strip()


def _grades(text: str, where: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) in _GRADES):
        least, most = _GRADES[0], _GRADES[-1]
        raise ConfigError(f"{where}: grades={text!r}; expected a number from {least} to {most}")
    return int(text)


def _shows(text: str, where: str) -> tuple[str, ...]:
    shows = tuple(one.strip() for one in text.split(","))
    for field in shows:
        if field.removesuffix("?") not in _TEXTS:
            raise ConfigError(f"{where}: shows {field!r}; expected some of {', '.join(_TEXTS)}")
    return shows
