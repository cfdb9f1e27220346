"""One request with a bounded wait; its only errors are ours."""

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final, cast

import requests

from spansight.errors import ConfigError, StoreUnavailable

TIMEOUT_S: Final = 10.0

Parameters = Mapping[str, str | int | float]

_NONE: Final[Parameters] = {}

_NO_ADDRESS: Final = (
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
)


def get_json(store: str, base: str, path: str, parameters: Parameters = _NONE) -> dict[str, Any]:
    """Return the JSON object that `store` answers with.

    Raises StoreUnavailable when it does not answer, is not ready or is another program, and
    ConfigError when it refuses the request.
    """
    response = ask(store, base, path, parameters)
    if HTTPStatus.BAD_REQUEST <= response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ConfigError(f"{store} refused {path!r} {dict(parameters)}: {excerpt(response)}")
    return _object(store, base, response)


def find_json(store: str, base: str, path: str) -> dict[str, Any] | None:
    """Return the JSON object at `path`, None when `store` knows no such thing (404)."""
    response = ask(store, base, path)
    if response.status_code == HTTPStatus.NOT_FOUND:
        return None
    return _object(store, base, response)


def get_text(store: str, base: str, path: str) -> str:
    """Return the text that `store` answers with."""
    response = ask(store, base, path)
    if not response.ok:
        raise StoreUnavailable(f"{store} at {base} answered {response.status_code}; see its log")
    return response.text


def answers(store: str, base: str, path: str) -> bool:
    """Say whether `store` answers a GET of `path` with success."""
    try:
        return ask(store, base, path).ok
    except StoreUnavailable:
        return False


def ask(
    store: str,
    base: str,
    path: str,
    parameters: Parameters = _NONE,
    *,
    token: str = "",
    body: object = None,
) -> requests.Response:
    """Return what `store` answers, whatever that is: to a POST of `body` when there is one.

    Raises StoreUnavailable when nothing answers, and ConfigError when nobody can be asked.
    """
    if not (token.isascii() and token.isprintable()):
        raise ConfigError(f"the token for {store} has letters that no token has; copy it again")
    try:
        with requests.Session() as session:
            # A proxy of the environment knows nothing of loopback.
            session.trust_env = False
            if token:
                session.headers["Authorization"] = f"Bearer {token}"
            return session.request(
                "GET" if body is None else "POST",
                f"{base}{path}",
                params=parameters,
                json=body,
                timeout=TIMEOUT_S,
                # Elsewhere is another server, which the token is not for.
                allow_redirects=not token,
            )
    except _NO_ADDRESS as error:
        raise ConfigError(
            f"{store} at {base!r}: expected an address such as http://localhost:3000"
        ) from error
    except requests.RequestException as error:
        raise StoreUnavailable(
            f"{store} at {base} did not answer ({type(error).__name__}); "
            "is the stack up? (spansight status)"
        ) from error


def _object(store: str, base: str, response: requests.Response) -> dict[str, Any]:
    if not response.ok:
        raise StoreUnavailable(
            f"{store} at {base} answered {response.status_code}: {excerpt(response)}; see its log"
        )
    with suppress(requests.JSONDecodeError):
        answer: object = response.json()
        if isinstance(answer, dict):
            return cast("dict[str, Any]", answer)
    raise StoreUnavailable(
        f"{store} at {base}: expected a JSON object, got {excerpt(response)[:60]!r}; "
        "does another server hold that port? (spansight status)"
    )


def excerpt(response: requests.Response) -> str:
    """Return the beginning of an answer, on one line."""
    return " ".join(response.text.split())[:300]
