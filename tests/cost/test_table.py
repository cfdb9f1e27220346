"""Finding a model, and the file that the Collector and Python both read."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spansight.cost import catalog, table
from spansight.cost.price import Price, Rate
from spansight.cost.table import Listing, PriceTable
from spansight.errors import ConfigError

DAY = date(2026, 11, 22)


def price(dollars: float) -> Price:
    return Price((Rate(dollars, dollars, dollars, dollars, dollars),))


TABLE = PriceTable(
    "2026-11-22",
    {
        "openai": {"gpt-4o": price(1), "gpt-4o-2024-05-13": price(2)},
        "aws.bedrock": {"anthropic.claude-x": price(3), "global.anthropic.claude-x": price(4)},
        "mistral_ai": {"mistral-small": price(5)},
    },
    {"gpt-4o": price(1), "claude-x": price(6)},
)


@pytest.mark.parametrize(
    ("provider", "models", "found"),
    [
        ("openai", ["gpt-4o"], ("openai", "gpt-4o")),
        ("openai", ["GPT-4o-2031-12-31"], ("openai", "gpt-4o")),
        ("openai", ["gpt-4o-20311231"], ("openai", "gpt-4o")),
        ("openai", ["gpt-4o-latest"], ("openai", "gpt-4o")),
        ("openai", ["gpt-4o-2024-05-13"], ("openai", "gpt-4o-2024-05-13")),
        ("openai", ["deployment-7", "gpt-4o"], ("openai", "gpt-4o")),
        ("openai", ["gpt-4o-2024-05-13", "gpt-4o"], ("openai", "gpt-4o-2024-05-13")),
        (
            "aws.bedrock",
            ["us.anthropic.claude-x-20250929-v1:0"],
            ("aws.bedrock", "anthropic.claude-x"),
        ),
        (
            "aws.bedrock",
            ["global.anthropic.claude-x"],
            ("aws.bedrock", "global.anthropic.claude-x"),
        ),
        ("openai", ["anthropic/claude-x"], ("", "claude-x")),
        ("a gateway", ["models/claude-x@20250929"], ("", "claude-x")),
        ("mistral_ai", ["claude-x"], None),
        ("openai", ["gpt-4o-mini"], None),
        ("openai", [""], None),
    ],
)
def test_a_model_is_found(provider: str, models: list[str], found: tuple[str, str] | None) -> None:
    listing = TABLE.find(provider, *models)
    assert (listing and (listing.provider, listing.model)) == found


def test_a_near_miss_is_offered() -> None:
    assert "gpt-4o" in TABLE.near("gpt4o-2024-08-06")


amounts = st.floats(0, 10_000, allow_nan=False).map(lambda amount: round(amount, 9))
base = st.builds(Rate, amounts, amounts, amounts, amounts, amounts)
longer = st.builds(Rate, *[amounts] * 5, above=st.floats(1, 1e6).map(round).map(float))
rates = st.tuples(base) | st.tuples(base, longer)
tiers = st.dictionaries(st.sampled_from(["batch", "flex"]), rates, max_size=2)
prices = st.builds(Price, rates, tiers.map(lambda known: tuple(known.items())))
names = st.text(
    st.characters(codec="ascii", exclude_categories=["C"], exclude_characters='=;|"\\'),
    min_size=1,
    max_size=20,
)


@given(st.dictionaries(names, st.dictionaries(names, prices)), st.dictionaries(names, prices))
def test_the_file_reads_back_as_written(
    providers: dict[str, dict[str, Price]], models: dict[str, Price]
) -> None:
    written = PriceTable("2026-11-22", providers, models)
    content = table.text(written)
    assert table.parse(content) == written
    lines = [line for line in content.split("\n") if "=" in line]
    assert len(lines) == sum(map(len, providers.values())) + len(models)
    for line in lines:
        numbers = re.split("[ |]", re.sub(";[a-z]+=", " ", line.partition("=")[2]))
        assert all(re.fullmatch(r"\d+(\.\d*[1-9])?", number) for number in numbers), line


def test_the_committed_table_is_what_the_list_prices_say() -> None:
    listed = catalog.by_provider(DAY)
    assert listed["openai"]["gpt-4o"].rates == (Rate(2.5, 1.25, 2.5, 2.5, 10.0),)
    assert listed["anthropic"]["claude-sonnet-4-5"].rates == (
        Rate(3.0, 0.3, 3.75, 6.0, 15.0),
        Rate(6.0, 0.6, 7.5, 12.0, 22.5, 200_000.0),
    )
    flex = dict(listed["openai"]["gpt-5"].tiers)["flex"]
    assert flex == (Rate(0.625, 0.0625, 0.625, 0.625, 5.0),)
    assert listed["gcp.vertex_ai"] == listed["gcp.gemini"]
    assert max(len(found.rates) for known in listed.values() for found in known.values()) <= 3
    assert sum(map(len, listed.values())) > 2000


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"as_of": "x"}',
        '{"as_of":1,"models":[3],"providers":{}}',
        '{"as_of":1,"models":["\na=much\n"],"providers":{}}',
    ],
)
def test_a_broken_table_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "prices.ottl"
    path.write_text(content)
    with pytest.raises(ConfigError, match=r"prices\.ottl.*spansight prices build"):
        table.read(path)


def test_listings_compare() -> None:
    assert TABLE.find("openai", "gpt-4o") == Listing("openai", "gpt-4o", price(1))
