"""One GET with a bounded wait; its only errors are ours."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import requests

from spansight.errors import ConfigError, StoreUnavailable

TIMEOUT_S: Final = 10.0


def get_json(
    store: str, base: str, path: str, parameters: Mapping[str, str | int | float] | None = None
) -> object:
    """Return the decoded JSON answer of `store`, or None when it knows no such thing (404).

    Raises StoreUnavailable when it does not answer or is not ready, ConfigError when it refuses
    the request.
    """
    response = _get(store, base, path, parameters)
    if response.status_code == HTTPStatus.NOT_FOUND:
        return None
    if HTTPStatus.BAD_REQUEST <= response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ConfigError(
            f"{store} refused {path!r} {dict(parameters or {})}: {_excerpt(response)}"
        )
    if not response.ok:
        raise StoreUnavailable(
            f"{store} at {base} answered {response.status_code}: {_excerpt(response)}; see its log"
        )
    return response.json()


def answers(store: str, base: str, path: str) -> bool:
    """Say whether `store` answers a GET of `path` with success."""
    try:
        return _get(store, base, path, None).ok
    except StoreUnavailable:
        return False


def _get(
    store: str, base: str, path: str, parameters: Mapping[str, str | int | float] | None
) -> requests.Response:
    try:
        with requests.Session() as session:
            # A proxy of the environment knows nothing of loopback.
            session.trust_env = False
            return session.get(f"{base}{path}", params=parameters, timeout=TIMEOUT_S)
    except requests.RequestException as error:
        raise StoreUnavailable(
            f"{store} at {base} did not answer ({type(error).__name__}); "
            "is the stack up? (spansight status)"
        ) from error


def _excerpt(response: requests.Response) -> str:
    return " ".join(response.text.split())[:300]
