"""How often, how long and how dearly somebody is asked."""

import asyncio

import pytest

from spansight.evals.limits import Limits, Patience


def test_each_pause_is_about_twice_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy server gets time; those that failed together do not come back together."""
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    async def busy() -> None:
        raise TimeoutError

    async def asked() -> None:
        patience = Patience(Limits(retries=5, backoff_s=1.0))
        outcome = await patience.outcome(busy, asks=True)
        assert isinstance(outcome.error, TimeoutError)

    monkeypatch.setattr(asyncio, "sleep", noted)
    asyncio.run(asked())
    assert len(pauses) == 5
    for pause, longest in zip(pauses, (1, 2, 4, 8, 16), strict=True):
        assert longest / 2 <= pause <= longest
