"""Ask a model behind any endpoint that speaks as OpenAI does, and insist on an answer of a shape.

Its address, model and key come from the environment.  The key is read when it is needed, is a field
of nothing, and stands in no message: what an endpoint says in an error is not repeated, because
some repeat the key.
"""

import os
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from spansight.conventions import environment
from spansight.errors import ConfigError
from spansight.evals.judge.prompt import Prompt
from spansight.evals.judge.session import Session
from spansight.evals.judge.usage import Pricing

if TYPE_CHECKING:
    import openai

_OPENAI_URL: Final = "OPENAI_BASE_URL"
_OPENAI_KEY: Final = "OPENAI_API_KEY"
_NO_KEY: Final = "none"
"""What is sent to a server that asks for no key; the client insists on one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """A model, where it is, and how it is asked."""

    model: str
    base_url: str | None = None
    temperature: float | None = None
    """None is 0 for one opinion, and what the provider takes for several of one case."""
    timeout_s: float = 60.0
    retries: int = 2
    """After lost connections, server errors and 429, with the pause that the endpoint asks for."""
    budget_tokens: int = 32_000
    """How much of a case it may read; contexts are cut to fit."""
    price: Pricing | None = field(default=None, repr=False, compare=False)
    lacks: set[str] = field(default_factory=set[str], init=False, repr=False, compare=False)
    """Parameters that the endpoint has refused once."""

    def __post_init__(self) -> None:
        if not self.model.strip():
            raise ConfigError(f"model={self.model!r}: expected the name of a model")
        for name in ("timeout_s", "budget_tokens"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"{name}={getattr(self, name)!r}: expected a number above 0")
        if self.retries < 0:
            raise ConfigError(f"retries={self.retries!r}: expected 0 or more")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Take the model and the address from the environment."""
        model = environ.get(environment.JUDGE_MODEL.name, "").strip()
        if not model:
            raise ConfigError(
                f"{environment.JUDGE_MODEL.name}: unset; expected the name of the model that judges"
            )
        own = environ.get(environment.JUDGE_URL.name, "").strip()
        return cls(model=model, base_url=own or environ.get(_OPENAI_URL) or None)

    @property
    def where(self) -> str:
        """The endpoint, as messages name it: without what a URL may hold of a password."""
        if self.base_url is None:
            return "OpenAI"
        parts = urlsplit(self.base_url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()

    @asynccontextmanager
    async def asked(self, prompt: Prompt, *, often: bool = False) -> AsyncGenerator[Session]:
        """Open a session of one prompt; `often` where one case is asked for several opinions."""
        async with self.client() as client:
            temperature = 0.0 if self.temperature is None and not often else self.temperature
            yield Session(self, prompt, client, temperature)

    @asynccontextmanager
    async def client(self) -> AsyncGenerator["openai.AsyncOpenAI"]:
        """Open a client; one of its own, for it belongs to one event loop, and each run has one."""
        try:
            import openai  # noqa: PLC0415 - an extra, and slow to import
        except ModuleNotFoundError as error:
            raise ConfigError("a judge needs openai; pip install 'spansight[judge]'") from error

        async with openai.AsyncOpenAI(
            base_url=self.base_url,
            api_key=self._key(),
            timeout=self.timeout_s,
            max_retries=self.retries,
            http_client=openai.DefaultAsyncHttpxClient(verify=_trusted()),
        ) as client:
            yield client

    def _key(self) -> str:
        own = os.environ.get(environment.JUDGE_KEY.name)
        # The application's key is for the application's endpoint, and must not go to another.
        shared = self.base_url in (None, os.environ.get(_OPENAI_URL))
        key = own or (os.environ.get(_OPENAI_KEY) if shared else None)
        if not key and self.base_url is None:
            raise ConfigError(
                f"{environment.JUDGE_KEY.name}: unset, and so is {_OPENAI_KEY}; "
                f"expected a key, or {environment.JUDGE_URL.name} of a server that needs none"
            )
        return key or _NO_KEY


@cache
def _trusted() -> ssl.SSLContext:
    """Return the certificates that the client trusts: loaded for each, they are most of its time.

    The client is built on httpx or on its successor; either has this function, and its own store.
    """
    import openai  # noqa: PLC0415 - whoever opens a client has it

    library = openai.DefaultAsyncHttpxClient.__mro__[1].__module__.partition(".")[0]
    make: Callable[[], ssl.SSLContext] = import_module(library).create_ssl_context
    return make()
