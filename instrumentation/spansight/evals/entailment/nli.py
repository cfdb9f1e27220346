"""A model of entailment from a folder of yours, in ONNX: nothing is fetched, nothing leaves.

The folder is what exporters write: `model.onnx`, `tokenizer.json`, and `config.json`, whose
`id2label` says which of the outputs is which.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

from spansight.errors import ConfigError
from spansight.measures.sentences import sentences
from spansight.measures.support import plain

_FILES: Final = ("model.onnx", "tokenizer.json", "config.json")
_LONGEST: Final = 512
"""Tokens of a pair, where `config.json` does not say how many the model takes."""
_PREMISE: Final = 160
"""Tokens of a passage: such models have learned from paragraphs, and get lost in pages."""
_BATCH: Final = 16
_LEAST_PREMISE: Final = 16
"""Tokens that a claim has to leave to what it is compared with."""


@dataclass(frozen=True, slots=True)
class Nli:
    """Asks the model whether a passage of the contexts entails the claim."""

    folder: str | Path
    enough: float = 0.5
    """Probability of entailment from which on a passage supports a claim."""
    model: "Model" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 < self.enough < 1:
            raise ConfigError(f"enough={self.enough!r}: expected a number between 0 and 1")
        object.__setattr__(self, "model", loaded(Path(self.folder).resolve()))

    def objection(self, claim: str, contexts: Sequence[str], /) -> str | None:
        """Return None where a passage entails the claim, else how close the nearest comes."""
        said = plain(claim)
        entails, denies = 0.0, 0.0
        for context in contexts:
            for passages in _batches(self.model.passages(plain(context), said)):
                judged = self.model.judged(passages, said)
                entails = max(entails, *(one for one, _ in judged))
                denies = max(denies, *(one for _, one in judged))
                if entails >= self.enough:
                    return None
        if denies > self.enough:
            return f"the context denies it ({denies:.0%})"
        return f"nothing in the context entails it ({entails:.0%})"


class Model:
    """The files of one folder, ready to be asked, by several threads at once."""

    def __init__(self, folder: Path) -> None:
        """Read the files; name what is missing or not as expected."""
        for name in _FILES:
            if not (folder / name).is_file():
                raise ConfigError(f"{folder}: no {name!r}; expected {', '.join(_FILES)}")
        runtime, tokenizers = _libraries()
        config = _config(folder / "config.json")
        self._entails, self._denies = _outputs(config, folder)
        self._longest: Final = _longest(config)
        try:
            self._tokenizer: Final[Any] = tokenizers.Tokenizer.from_file(
                str(folder / "tokenizer.json")
            )
            self._session: Final[Any] = runtime.InferenceSession(
                str(folder / "model.onnx"), providers=["CPUExecutionProvider"]
            )
        # Their native code raises a bare Exception; the user hears of it in one line of ours.
        except Exception as error:
            raise ConfigError(f"{folder}: {error}; expected a model and its tokenizer") from error
        self._inputs: Final = [one.name for one in self._session.get_inputs()]
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def passages(self, context: str, claim: str) -> Iterator[str]:
        """Yield the sentences of a context in windows that fit beside the claim, half of each anew.

        What supports a claim may be the end of one window and the start of the next.
        """
        room = self._longest - len(self._pair("", claim))
        if room < _LEAST_PREMISE:
            raise ValueError(f"claim {claim[:40]!r}… leaves no room for a context")
        room = min(room, _PREMISE)
        said = [
            (part, len(self._tokenizer.encode(part, add_special_tokens=False)))
            for sentence in sentences(context)
            for part in self._parts(sentence, room)
        ]
        start = 0
        while start < len(said):
            end, length = start, 0
            while end < len(said) and length + said[end][1] <= room:
                length += said[end][1]
                end += 1
            yield " ".join(part for part, _ in said[start:end])
            if end == len(said):
                return
            start = max(start + 1, (start + end + 1) // 2)

    def judged(self, premises: Sequence[str], claim: str) -> list[tuple[float, float]]:
        """Return of each premise how probably it entails the claim, and denies it."""
        import numpy as np  # noqa: PLC0415 - it comes with the runtime

        pairs = [self._pair(premise, claim) for premise in premises]
        longest = max(map(len, pairs))
        given = {
            name: np.array(
                [[*getattr(pair, row), *[0] * (longest - len(pair))] for pair in pairs],
                dtype=np.int64,
            )
            for name, row in _ROWS.items()
            if name in self._inputs
        }
        logits = np.asarray(self._session.run(None, given)[0], dtype=np.float64)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        denied = shares[:, self._denies] if self._denies is not None else 0 * shares[:, 0]
        return list(zip(shares[:, self._entails].tolist(), denied.tolist(), strict=True))

    def _pair(self, premise: str, claim: str) -> Any:  # noqa: ANN401 - the tokenizer's own
        return self._tokenizer.encode(premise, claim)

    def _parts(self, sentence: str, room: int) -> Iterator[str]:
        """Yield a sentence, in parts where it alone is too long."""
        encoded = self._tokenizer.encode(sentence, add_special_tokens=False)
        for start in range(0, len(encoded), room):
            offsets = encoded.offsets[start : start + room]
            yield sentence[offsets[0][0] : offsets[-1][1]]


_ROWS: Final = {
    "input_ids": "ids",
    "attention_mask": "attention_mask",
    "token_type_ids": "type_ids",
}
"""What models take → what the tokenizer calls it."""


@lru_cache(maxsize=2)
def loaded(folder: Path) -> Model:
    """Return the model of a folder; several evaluators share it."""
    return Model(folder)


def _libraries() -> tuple[Any, Any]:
    try:
        return import_module("onnxruntime"), import_module("tokenizers")
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"a model of entailment needs {error.name!r}; pip install 'spansight[nli]'"
        ) from error


def _config(path: Path) -> Mapping[str, Any]:
    try:
        config = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ConfigError(f"{path}: no JSON: {error}; expected a model's configuration") from error
    return cast("Mapping[str, Any]", config) if isinstance(config, dict) else {}


def _outputs(config: Mapping[str, Any], folder: Path) -> tuple[int, int | None]:
    """Return which output is entailment, and which contradiction if there is one."""
    named = cast("Mapping[str, str]", config.get("id2label") or {})
    places = {str(label).lower(): int(place) for place, label in named.items()}
    entails = [place for label, place in places.items() if label.startswith("entail")]
    denies = [place for label, place in places.items() if label.startswith("contra")]
    if len(entails) != 1:
        raise ConfigError(
            f"{folder / 'config.json'}: id2label={dict(named)!r}; "
            "expected one label that begins with 'entail'"
        )
    return entails[0], denies[0] if denies else None


def _longest(config: Mapping[str, Any]) -> int:
    most = config.get("max_position_embeddings")
    # RoBERTa's kind counts two places that no token can have.
    return min(most - 2, _LONGEST) if isinstance(most, int) and most > 0 else _LONGEST


def _batches(passages: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for passage in passages:
        batch.append(passage)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
