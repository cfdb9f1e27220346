"""The provider's own log, one line a call: the truth that spans are held against."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from spansight.demo.provider import Provider
from spansight.demo.wire import EMBEDDINGS, Answer, Operation, Request, Usage

_ANONYMOUS: Final = ("embed_content", "converse", "invoke_embedding")
"""Operations whose answers do not name the model that gave them."""
_STEP: Final = re.compile(r"\[([a-z ]+)\]")
"""Every prompt of the programs begins with the name of its step."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One call as the provider saw it."""

    step: str
    operation: Operation
    model: str
    answer: Answer | None = None
    """What it answered; None for an error."""

    @property
    def generates(self) -> bool:
        """Whether it answers with more than vectors."""
        return self.answer is not None and self.operation not in EMBEDDINGS

    @property
    def answering_model(self) -> str | None:
        """The model that the answer names, if it names one."""
        return self.answer.model if self.answer and self.operation not in _ANONYMOUS else None

    @property
    def finish_reason(self) -> str | None:
        """Why the answer ended; Gemini's calls of tools end like its texts."""
        if self.answer is None or not self.generates:
            return None
        return "stop" if self.operation == "generate_content" else self.answer.finish_reason

    @property
    def usage(self) -> Usage | None:
        """The tokens that the provider told."""
        return self.answer.usage if self.answer else None


class Ledger(Provider):
    """A scripted provider that also writes down which step asked, and what it was answered."""

    def __init__(self) -> None:
        """Name dated models, so that the requested and the answering model can be told apart."""
        super().__init__(dated=True)
        self.entries: Final[list[Entry]] = []
        self._answers: Final[dict[int, Answer]] = {}

    def answer(self, request: Request) -> Answer:
        """Remember the answer until it is written down."""
        answer = super().answer(request)
        self._answers[id(request)] = answer
        return answer

    def record(self, request: Request, status: int, usage: Usage | None = None) -> None:
        """Write one call down, before the client hears of it."""
        super().record(request, status, usage)
        answer = self._answers.pop(id(request), None)
        found = _STEP.search(request.prompt)
        assert found, f"no step in {request.prompt!r}"
        assert (status == HTTPStatus.OK) == (answer is not None)
        self.entries.append(Entry(found[1], request.operation, request.model, answer))
