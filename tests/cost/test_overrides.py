"""The user's prices: what may stand there, and how a mistake is named."""

import re
from datetime import date
from pathlib import Path

import pytest

from spansight.cost import overrides
from spansight.cost.price import FREE, Price, Rate
from spansight.errors import ConfigError

LISTED = {"openai": {"gpt-4o": Price((Rate(2.5, 1.25, 2.5, 2.5, 10.0),))}}


def read(folder: Path, text: str) -> overrides.Overrides:
    path = folder / "prices.yaml"
    path.write_text(text, encoding="utf-8")
    return overrides.read(path)


def test_prices_of_ones_own_stand_above_the_list(tmp_path: Path) -> None:
    own = read(
        tmp_path,
        """
as_of: 2026-11-22
models:
  Our-Model: {input: 3, output: 12.5}
  local: free
providers:
  openai:
    gpt-4o: {input: 2, cache_read: 0.5, output: 8}
""",
    )
    found = own.over(LISTED, {})
    assert found.as_of == date(2026, 11, 22).isoformat()
    assert found.models == {"our-model": Price((Rate(3.0, 3.0, 3.0, 3.0, 12.5),)), "local": FREE}
    assert found.providers["openai"]["gpt-4o"] == Price((Rate(2.0, 0.5, 2.0, 2.0, 8.0),))


def test_a_model_named_without_its_provider_is_meant_everywhere(tmp_path: Path) -> None:
    own = read(tmp_path, "as_of: 2026-11-22\nmodels: {gpt-4o: free}")
    table = own.over(LISTED, LISTED["openai"])
    assert table.providers["openai"]["gpt-4o"] == FREE
    assert table.models["gpt-4o"] == FREE


@pytest.mark.parametrize(
    ("as_of", "price"),
    [
        ("2026-01-31", Price((Rate(2.5, 1.25, 2.5, 2.5, 10.0),))),
        ("2026-02-01", Price((Rate(2.0, 2.0, 2.0, 2.0, 8.0),))),
        ("2026-11-22", Price((Rate(1.0, 1.0, 1.0, 1.0, 4.0),))),
    ],
)
def test_the_price_that_has_begun_holds(tmp_path: Path, as_of: str, price: Price) -> None:
    own = read(
        tmp_path,
        f"""
as_of: {as_of}
models:
  gpt-4o:
    - {{from: 2026-02-01, input: 2, output: 8}}
    - {{from: 2026-11-22, input: 1, output: 4}}
""",
    )
    assert own.over(LISTED, {}).providers["openai"]["gpt-4o"] == price


def test_a_service_tier_and_an_hour_of_cache_have_prices_of_their_own(tmp_path: Path) -> None:
    own = read(
        tmp_path,
        """
as_of: 2026-11-22
models:
  ours: {input: 4, cache_write: 5, cache_write_1h: 8, batch: {input: 2, output: 1}}
""",
    )
    assert own.models["ours"] == Price(
        (Rate(4.0, 4.0, 5.0, 8.0, 0.0),), (("batch", (Rate(2.0, 2.0, 2.0, 2.0, 1.0),)),)
    )


def test_the_day_alone_will_do(tmp_path: Path) -> None:
    assert read(tmp_path, "as_of: 2026-11-22\nmodels:\n").over(LISTED, {}).providers == LISTED


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("models: {}", 1, "no `as_of`; expected the day"),
        ("as_of: soon", 1, "as_of='soon'; expected a day such as 2026-11-22"),
        (
            "as_of: 2026-11-22\nmodles: {}",
            2,
            "'modles'; expected one of .*; did you mean 'models'",
        ),
        ("as_of: 2026-11-22\nmodels:\n  x: cheap", 3, "'x': 'cheap'; expected `free`, or .input"),
        (
            "as_of: 2026-11-22\nmodels:\n  x:\n    input: 2.5 USD",
            4,
            "input='2.5 USD'; expected a number",
        ),
        ("as_of: 2026-11-22\nmodels:\n  x: {input: -1}", 3, "input='-1'; expected a number"),
        ("as_of: 2026-11-22\nmodels:\n  x: {input: .nan}", 3, "input='.nan'; expected a number"),
        ("as_of: 2026-11-22\nmodels:\n  x: {output: 1}", 3, "'x' has no input price"),
        ("as_of: 2026-11-22\nmodels:\n  x: {inptu: 1}", 3, "'inptu'; .*did you mean 'input'"),
        ("as_of: 2026-11-22\nmodels:\n  x: free\n  X: free", 4, "'X' a second time"),
        ("as_of: 2026-11-22\nmodels:\n  x=y: free", 3, "'x=y'; expected a model's name, without"),
        ("as_of: 2026-11-22\nmodels:\n  x: [{input: 1}]", 3, "a price without `from` among others"),
        ("as_of: 2026-11-22\nmodels:\n  x: [{from: soon, input: 1}]", 3, "from='soon'; expected a"),
        ("as_of: 2026-11-22\nmodels:\n  x: [cheap]", 3, "'cheap'; expected a price with `from:"),
        ("as_of: 2026-11-22\nmodels:\n  x: {input: 1, batch: 2}", 3, "expected `free`, or .input"),
        ("as_of: 2026-11-22\nmodels: [x]", 2, "expected prices by model"),
        ("as_of: 2026-11-22\nmodels: {x: free", 2, "expected YAML"),
        ("", 1, "no `as_of`"),
    ],
)
def test_a_mistake_is_named_by_its_line(
    tmp_path: Path, text: str, line: int, complaint: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, text)
    said = str(raised.value)
    assert said.startswith(f"{tmp_path}/prices.yaml:{line}: ")
    assert re.search(complaint, said)
    assert said.endswith("the price table is unchanged")
    assert "\n" not in said


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"prices\.yaml: No such file"):
        overrides.read(tmp_path / "prices.yaml")
