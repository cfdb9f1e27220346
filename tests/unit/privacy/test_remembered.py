# pyright: reportPrivateUsage=false
"""Short harmless texts are known again; secrets and long texts are not kept."""

from spansight.privacy.mask import Masker

SECRET = "write to ann@example.org"


def test_what_is_known_to_be_harmless_stays_as_it_is() -> None:
    masker = Masker()
    assert [masker.text("gpt-4o") for _ in range(3)] == ["gpt-4o"] * 3


def test_a_secret_is_masked_each_time_and_never_remembered() -> None:
    masker = Masker()
    assert [masker.text(SECRET) for _ in range(3)] == ["write to [EMAIL]"] * 3
    assert not masker._harmless


def test_the_memory_is_bounded() -> None:
    masker = Masker()
    long = "word " * 100
    masker.text(long)
    for number in range(5000):
        masker.text(f"chatcmpl-{number}")
    assert long not in masker._harmless
    assert len(masker._harmless) <= 1024
