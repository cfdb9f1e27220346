"""Whether what an endpoint sent is a chat completion: the client takes whatever comes for one.

A web page, where the address lacks its `/v1`; a proxy's own error, with status 200.
"""

from typing import TYPE_CHECKING, Final, TypeGuard, cast

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

NONE: Final = "answers what is no chat completion; expected an address such as http://host/v1"


def is_completion(made: object) -> "TypeGuard[ChatCompletion]":
    """Return whether there are choices, and a message in each; there may be none of them."""
    choices: object = getattr(made, "choices", None)
    return isinstance(choices, list) and all(
        getattr(one, "message", None) is not None for one in cast("list[object]", choices)
    )
