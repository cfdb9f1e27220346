"""One prompt and the calls it takes: asked, asked again, given up; and what they cost."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from spansight.conventions import labels
from spansight.evals.judge import completions, errors, replies
from spansight.evals.judge.fence import Fenced, TooMuch, fenced
from spansight.evals.judge.prompt import Prompt, Shown
from spansight.evals.judge.usage import cost
from spansight.evals.model import Verdict
from spansight.measures.claims import is_refusal
from spansight.telemetry.context import context

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletion, ChatCompletionMessage

    from spansight.evals.judge.judge import Judge

Json = dict[str, Any]
Check = Callable[[Json], str | None]
"""Says what is wrong with an answer that follows the schema, None if nothing is."""

_AGAIN: Final = (
    "That is not what was asked for: {wrong}. "
    "Answer again, with one JSON object that follows the schema, and with nothing else."
)
_LONGEST_SHOWN: Final = 2000
_NO_QUOTA: Final = "insufficient_quota"
_UNPROCESSABLE: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
_BROKEN: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT)


def anything(_: Json) -> None:
    """Accept whatever follows the schema."""


class Session:
    """A judge that has been told its task."""

    def __init__(
        self,
        judge: "Judge",
        prompt: Prompt,
        client: "openai.AsyncOpenAI",
        temperature: float | None,
    ) -> None:
        self.prompt: Final = prompt
        self.cost_usd = 0.0
        self._judge: Final = judge
        self._client: Final = client
        self._options: Final[Json] = {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "opinion", "strict": True, "schema": prompt.schema},
            },
            **({} if temperature is None else {"temperature": temperature}),
        }

    def fenced(self, shown: Shown) -> Fenced:
        """Put what is judged between its tags; raise TooLongError where it cannot be cut to fit."""
        try:
            return fenced(shown, self._judge.budget_tokens)
        except TooMuch as error:
            raise self._failed(errors.TooLongError, str(error)) from None

    async def ask(self, message: str, check: Check = anything) -> Json:
        """Return an answer that follows the prompt's schema, asked for a second time if need be."""
        messages = [_said("system", self.prompt.system), _said("user", message)]
        wrong = ""
        for _ in range(2):
            text = await self._answer(messages)
            try:
                opinion = replies.read(text, self.prompt.schema)
                wrong = check(opinion) or ""
            except replies.Malformed as error:
                wrong = str(error)
                if is_refusal(text) and "{" not in text:
                    raise self._failed(errors.RefusedError, f"refuses: {text:.200}") from None
            else:
                if not wrong:
                    return opinion
            again = _said("user", _AGAIN.format(wrong=wrong))
            messages = [*messages, _said("assistant", text[:_LONGEST_SHOWN]), again]
        raise self._failed(errors.NonsenseError, f"answers twice what was not asked for: {wrong}")

    def verdict(self, value: float | None, reason: str) -> Verdict:
        """Return an opinion with the prompt that it is of, and with what it cost."""
        about = self.prompt.about(self._judge.model)
        return Verdict(value, reason, "judge", self.cost_usd, about)

    async def _answer(self, messages: list[Json]) -> str:
        completion = await self._completion(messages)
        self.cost_usd += cost(completion, self._judge.price)
        if not completion.choices:
            return ""
        choice = completion.choices[0]
        if (refusal := _refusal(choice.message)) or choice.finish_reason == "content_filter":
            raise self._failed(errors.RefusedError, f"refuses: {refusal or 'content filter':.200}")
        return choice.message.content or ""

    async def _completion(self, messages: list[Json]) -> "ChatCompletion":
        import openai  # noqa: PLC0415 - whoever made the client has it

        while True:
            options = {k: v for k, v in self._options.items() if k not in self._judge.lacks}
            try:
                with context(
                    feature=labels.JUDGING, prompt=(self.prompt.name, self.prompt.version)
                ):
                    create: Any = self._client.chat.completions.create
                    made = await create(model=self._judge.model, messages=messages, **options)
            except openai.APITimeoutError:
                why = f"no answer within {self._judge.timeout_s} s"
                raise self._failed(errors.LateError, why) from None
            except openai.APIStatusError as error:
                self._do_without(options, error)
            except openai.APIError as error:
                why = f"does not answer ({type(error).__qualname__}); is it there?"
                raise self._failed(errors.UnreachableError, why) from None
            except ValueError:  # the body is no JSON, whatever its header says
                raise self._failed(errors.UnreachableError, completions.NONE) from None
            else:
                if not completions.is_completion(made):
                    raise self._failed(errors.UnreachableError, completions.NONE)
                return made

    def _do_without(self, options: Json, error: "openai.APIStatusError") -> None:
        """Note a parameter that the endpoint does not know; raise what the status means else."""
        status, code = error.status_code, error.code or "no code"
        if status in _UNPROCESSABLE and options:
            said = f"{error.param} {error.message}"
            named = (name for name in reversed(options) if name in said)
            self._judge.lacks.add(next(named, next(iter(options))))
            return
        why = f"answers {status} ({code:.60})"
        if status == HTTPStatus.TOO_MANY_REQUESTS and code != _NO_QUOTA:
            raise self._failed(errors.RateLimitError, why) from None
        if status in _BROKEN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise self._failed(errors.UnreachableError, why) from None
        raise self._failed(
            errors.RejectedError, f"{why}; expected an endpoint, model and key that go together"
        ) from None

    def _failed(self, kind: type[errors.JudgeError], why: str) -> errors.JudgeError:
        judge = self._judge
        return kind(f"judge {judge.model!r} at {judge.where}: {why}", self.verdict(None, ""))


def _said(role: str, content: str) -> Json:
    return {"role": role, "content": content}


def _refusal(message: "ChatCompletionMessage") -> str | None:
    # Servers that only resemble OpenAI leave the field out.
    return getattr(message, "refusal", None)
