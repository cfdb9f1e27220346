"""Every API × every way in which a call can go: a program, run with and without instrumentation.

    PROVIDER=http://127.0.0.1:PORT python matrix.py

It prints one line a case: what the application got, in every detail that it could see.
"""

import asyncio
import gc
import inspect
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Any, Final, Literal

import openai
from apis import APIS, Api
from pydantic import BaseModel

import spansight

PATIENCE_S: Final = 0.3
"""How long the application waits for an answer that does not come."""
TIMEOUT_S: Final = 0.5
"""How long its client waits, where the client is to give up first."""

AZURE_VERSION: Final = os.environ.get("AZURE_VERSION", "2024-10-21")

Mode = Literal["sync", "async"]


class Driver:
    """Calls either client from one piece of code: where there is nothing to await, it does not."""

    def __init__(self, mode: Mode) -> None:
        """Drive the client of a mode."""
        self.mode: Final = mode
        options = {"api_key": "sk-test-0123456789abcdef0123", "max_retries": 0, "timeout": 5}
        plain: Any = openai.OpenAI if mode == "sync" else openai.AsyncOpenAI
        azure: Any = openai.AzureOpenAI if mode == "sync" else openai.AsyncAzureOpenAI
        self._clients: Final = {
            "openai": plain(**options),
            "azure": azure(**options, base_url="http://unused", api_version=AZURE_VERSION),
        }
        self._runner: Final = asyncio.Runner() if mode == "async" else None

    def run(self, call: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine to its end: in the loop, or without one."""
        if self._runner:
            self._runner.run(call)
            return
        try:
            call.send(None)
        except StopIteration:
            return

    def close(self) -> None:
        """End the loop as `asyncio.run` would."""
        if self._runner:
            self._runner.close()

    def ask(self, api: Api, way: "Way", **more: object) -> Any:  # noqa: ANN401 - of the SDK
        """Call a method as a way of calling has it."""
        url = f"{os.environ['PROVIDER']}/{way.scenario or api.scenario}/v1"
        patience = TIMEOUT_S if way.gives_up else 5
        client = self._clients[api.client].with_options(
            base_url=url, timeout=patience, max_retries=1 if way.scenario == "retried" else 0
        )
        asked = dict(api.asked)
        if "stream" not in more:
            asked.pop("stream_options", None)
        return reduce(getattr, api.method.split("."), client)(**asked, **more)

    async def settled(self, value: Any) -> Any:  # noqa: ANN401 - of the SDK
        return await value if inspect.isawaitable(value) else value

    async def next(self, stream: Any) -> Any:  # noqa: ANN401 - of the SDK
        return next(stream) if self.mode == "sync" else await anext(stream)

    async def each(self, stream: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - of the SDK
        if self.mode == "sync":
            for chunk in stream:
                yield chunk
        else:
            async for chunk in stream:
                yield chunk

    async def enter(self, manager: Any) -> Any:  # noqa: ANN401 - of the SDK
        if self.mode == "sync":
            return manager.__enter__()
        return await manager.__aenter__()

    async def leave(self, manager: Any, error: BaseException | None = None) -> None:  # noqa: ANN401 - of the SDK
        told = (type(error) if error else None, error, None)
        if self.mode == "sync":
            manager.__exit__(*told)
        else:
            await manager.__aexit__(*told)


Said = list[str]
"""What the application saw, in order."""
Reader = Callable[[Driver, Any, Said], Awaitable[None]]


def seen(value: object) -> str:
    """Return everything that an application can tell of a value."""
    # As `isinstance` sees it: a proxy says the class of what it stands for.
    kind = f"{value.__class__.__module__}.{value.__class__.__qualname__}"
    if isinstance(value, BaseModel):
        return f"{kind} {value.model_dump_json(exclude_unset=True, warnings=False)} {value!r}"
    if isinstance(value, openai.Stream | openai.AsyncStream):
        return f"stream of {value.response.status_code}"
    if hasattr(value, "http_response"):
        raw: Any = value
        return f"raw {raw.status_code} {raw.headers['content-type']} {raw.retries_taken}"
    return f"{kind} {value!r}" if isinstance(value, str) else kind


async def read(driver: Driver, stream: Any, said: Said) -> None:  # noqa: ANN401 - of the SDK
    async for chunk in driver.each(stream):
        said.append(seen(chunk))


async def cancelled(driver: Driver, stream: Any, said: Said) -> None:  # noqa: ANN401 - of the SDK
    while True:
        said.append(seen(await asyncio.wait_for(driver.next(stream), PATIENCE_S)))


async def broken_off(driver: Driver, stream: Any, said: Said) -> None:  # noqa: ANN401 - of the SDK
    async for chunk in driver.each(stream):
        said.append(seen(chunk))
        break


async def closed(driver: Driver, stream: Any, said: Said) -> None:  # noqa: ANN401 - of the SDK
    said.append(seen(await driver.next(stream)))
    await driver.settled(stream.close())


async def left(driver: Driver, stream: Any, said: Said) -> None:  # noqa: ANN401 - of the SDK
    inside = await driver.enter(stream)
    said.append(str(inside is stream))
    said.append(seen(await driver.next(inside)))
    await driver.leave(stream)


async def never_read(_driver: Driver, stream: Any, said: Said) -> None:  # noqa: ANN401 - of the SDK
    said.append(seen(stream))


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a call can go."""

    scenario: str | None = None
    reader: Reader | None = None
    """How a stream is read; None is a call that is not streamed."""
    gives_up: bool = False
    """Whether the client's own timeout ends the call."""
    cancelled: bool = False
    """Whether the application's `wait_for` ends it."""
    modes: tuple[Mode, ...] = field(default=("sync", "async"))


ASYNC: Final[tuple[Mode, ...]] = ("async",)
WAYS: Final = {
    "plain": Way(),
    "retried": Way("retried"),
    "refused": Way("rate_limit"),
    "failing": Way("server_error"),
    "timeout": Way("timeout", gives_up=True),
    "cut": Way("cut"),
    "garbled": Way("garbled"),
    "cancelled": Way("timeout", cancelled=True, modes=ASYNC),
    "stream read": Way(reader=read),
    "stream broken off": Way(reader=broken_off),
    "stream closed": Way(reader=closed),
    "stream left": Way(reader=left),
    "stream never read": Way(reader=never_read),
    "stream retried": Way("retried", reader=read),
    "stream refused": Way("rate_limit", reader=read),
    "stream timeout": Way("stalled", reader=read, gives_up=True),
    "stream cut": Way("cut", reader=read),
    "stream unfinished": Way("unfinished", reader=read),
    "stream marked": Way("no_finish", reader=read),
    "stream garbled": Way("garbled", reader=read),
    "stream cancelled": Way("stalled", reader=cancelled, modes=ASYNC),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One cell of the matrix."""

    api: str
    way: str
    mode: Mode

    def __str__(self) -> str:
        return f"{self.api}, {self.way}, {self.mode}"


def cases() -> Iterator[Case]:
    """Yield the matrix; helpers are streams by nature, other APIs only where they can be."""
    for name, api in APIS.items():
        for way_name, way in WAYS.items():
            streamed = way.reader is not None
            if api.ways is not None and way_name not in api.ways:
                continue
            if (streamed and not api.streams) or (api.kind == "helper" and not streamed):
                continue
            yield from (Case(name, way_name, mode) for mode in way.modes)


async def made(driver: Driver, api: Api, way: Way, said: Said) -> None:
    """Make one call, and write down what comes of it."""
    if way.reader is None:
        await whole(driver, api, driver.ask(api, way), said)
    elif api.kind == "helper":
        manager = driver.ask(api, way)
        stream = await driver.enter(manager)
        try:
            await way.reader(driver, stream, said)
        finally:
            await driver.leave(manager, sys.exc_info()[1])
    else:
        await streamed(driver, api, way, said)


async def whole(driver: Driver, api: Api, asked: Any, said: Said) -> None:  # noqa: ANN401 - of the SDK
    if api.kind in ("opened", "lines"):
        response = await driver.enter(asked)
        said.append(seen(response))
        try:
            if api.kind == "opened":
                said.append(seen(await driver.settled(response.parse())))
            else:
                said.extend([seen(line) async for line in driver.each(response.iter_lines())])
        finally:
            await driver.leave(asked, sys.exc_info()[1])
        return
    result = await driver.settled(asked)
    said.append(seen(result))
    if api.kind == "raw":
        said.append(seen(await driver.settled(result.parse())))


async def streamed(driver: Driver, api: Api, way: Way, said: Said) -> None:
    assert way.reader is not None
    asked = driver.ask(api, way, stream=True)
    if api.kind in ("opened", "lines"):
        response = await driver.enter(asked)
        said.append(seen(response))
        try:
            if api.kind == "opened":
                await way.reader(driver, await driver.settled(response.parse()), said)
            else:
                said.extend([seen(line) async for line in driver.each(response.iter_lines())])
        finally:
            await driver.leave(asked, sys.exc_info()[1])
        return
    stream = await driver.settled(asked)
    said.append(seen(stream))
    if api.kind == "raw":
        stream = await driver.settled(stream.parse())
    await way.reader(driver, stream, said)


async def outcome(driver: Driver, case: Case, said: Said) -> None:
    """Make the call of a case; an error is part of what it says."""
    api, way = APIS[case.api], WAYS[case.way]
    call = partial(made, driver, api, way, said)
    try:
        with spansight.stage(str(case)):
            await (asyncio.wait_for(call(), PATIENCE_S) if way.cancelled else call())
    except Exception as error:  # noqa: BLE001 - whatever the application would see
        said.append(f"raised {type(error).__qualname__} {error} from {error.__cause__!r}")


def main() -> None:
    """Make every call of the matrix, or those whose names begin as asked."""
    # What is imported stays: a collection after each case then looks at the case only.
    gc.collect()
    gc.freeze()
    drivers: dict[Mode, Driver] = {"sync": Driver("sync"), "async": Driver("async")}
    for case in cases():
        if not str(case).startswith(tuple(sys.argv[1:] or [""])):
            continue
        said: Said = []
        drivers[case.mode].run(outcome(drivers[case.mode], case, said))
        gc.collect()
        print(json.dumps({"case": str(case), "said": said}), flush=True)  # noqa: T201 - its answer
    for driver in drivers.values():
        driver.close()


if __name__ == "__main__":
    main()
