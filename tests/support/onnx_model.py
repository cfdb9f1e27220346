"""A network of entailment in ONNX, by hand: small enough that its answers can be computed.

A claim is entailed by a premise that has every one of its words; it is denied by one of the two
that has a `not` where the other has none.  The labels stand in an order of their own.
"""

import json
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

LABELS = ("contradiction", "entailment", "neutral")
CALM = (0.0, 3.0, 1.0)
"""What the outputs are where nothing is missing and nothing is denied."""
MISSING = (0.0, -10.0, 0.0)
DENIED = (20.0, -10.0, 0.0)

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_FLOAT, _INT64 = 1, 7
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def folder(path: Path, words: Iterable[str], most: int = 512) -> Path:
    """Write a model that knows these words, and takes so many tokens."""
    vocabulary = [*_SPECIAL, "not", *dict.fromkeys(word for word in words if word != "not")]
    path.mkdir(parents=True, exist_ok=True)
    _tokenizer(vocabulary).save(str(path / "tokenizer.json"))
    (path / "model.onnx").write_bytes(_model(len(vocabulary)))
    config = {"id2label": dict(enumerate(LABELS)), "max_position_embeddings": most + 2}
    (path / "config.json").write_text(json.dumps(config), "utf-8")
    return path


def _tokenizer(vocabulary: Sequence[str]) -> Tokenizer:
    places = {word: place for place, word in enumerate(vocabulary)}
    made = Tokenizer(models.WordLevel(places, unk_token="[UNK]"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(word, places[word]) for word in ("[CLS]", "[SEP]")],
    )
    return made


def _model(words: int) -> bytes:
    special, denial = len(_SPECIAL), len(_SPECIAL)
    known = [[float(i == j >= special) for j in range(words)] for i in range(words)]
    missing = [MISSING if i > denial else (0.0,) * 3 for i in range(words)]
    denied = [DENIED if i == denial else (0.0,) * 3 for i in range(words)]
    constants = {
        "known": ((words, words), _FLOAT, _floats(known)),
        "missing": ((words, 3), _FLOAT, _floats(missing)),
        "denied": ((words, 3), _FLOAT, _floats(denied)),
        "calm": ((3,), _FLOAT, _floats([CALM])),
        "last": ((1,), _INT64, struct.pack("<q", 2)),
    }
    float_, by_word = ("to", _FLOAT), ("axes", [1])
    nodes = [
        _node("Gather", ("known", "input_ids"), "words"),
        _node("Cast", ("attention_mask",), "mask", float_),
        _node("Cast", ("token_type_ids",), "second", float_),
        _node("Mul", ("mask", "second"), "of_claim"),
        _node("Sub", ("mask", "of_claim"), "of_premise"),
        *(
            node
            for side in ("claim", "premise")
            for node in (
                _node("Unsqueeze", (f"of_{side}", "last"), f"where_{side}"),
                _node("Mul", ("words", f"where_{side}"), f"words_{side}"),
                _node("ReduceMax", (f"words_{side}",), side, by_word, ("keepdims", 0)),
            )
        ),
        _node("Sub", ("claim", "premise"), "difference"),
        _node("Relu", ("difference",), "only_claim"),
        _node("Abs", ("difference",), "one_of_both"),
        _node("MatMul", ("only_claim", "missing"), "for_missing"),
        _node("MatMul", ("one_of_both", "denied"), "for_denied"),
        _node("Add", ("for_missing", "for_denied"), "for_both"),
        _node("Add", ("for_both", "calm"), "logits"),
    ]
    graph = b"".join(
        (
            *(_field(1, node) for node in nodes),
            _field(2, b"entailment"),
            *(_field(5, _tensor(name, *one)) for name, one in constants.items()),
            *(_field(11, _value(name, _INT64, ("batch", "tokens"))) for name in _INPUTS),
            _field(12, _value("logits", _FLOAT, ("batch", "labels"))),
        )
    )
    return _number(1, 8) + _field(7, graph) + _field(8, _number(2, 13))


def _floats(rows: Iterable[Iterable[float]]) -> bytes:
    return b"".join(struct.pack("<f", value) for row in rows for value in row)


def _node(
    kind: str, inputs: Sequence[str], output: str, *attributes: tuple[str, int | list[int]]
) -> bytes:
    named = b"".join(_field(1, name.encode()) for name in inputs) + _field(2, output.encode())
    return named + _field(4, kind.encode()) + b"".join(_field(5, _said(*it)) for it in attributes)


def _said(name: str, value: int | list[int]) -> bytes:
    if isinstance(value, int):
        return _field(1, name.encode()) + _number(3, value) + _number(20, 2)
    return _field(1, name.encode()) + b"".join(_number(8, it) for it in value) + _number(20, 7)


def _tensor(name: str, dims: Sequence[int], kind: int, raw: bytes) -> bytes:
    sizes = b"".join(_number(1, size) for size in dims)
    return sizes + _number(2, kind) + _field(8, name.encode()) + _field(9, raw)


def _value(name: str, kind: int, dims: Sequence[str]) -> bytes:
    shape = b"".join(_field(1, _field(2, size.encode())) for size in dims)
    return _field(1, name.encode()) + _field(2, _field(1, _number(1, kind) + _field(2, shape)))


def _field(number: int, content: bytes) -> bytes:
    """Return a field of bytes, as protocol buffers write it."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])
