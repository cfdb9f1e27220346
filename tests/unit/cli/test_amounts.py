"""Numbers on the command line: finite and above 0, or a usage error that names the value."""

import pytest

from spansight import cli


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["doctor", "--minutes", "nan"], "'nan': expected a number above 0"),
        (["doctor", "--minutes", "inf"], "'inf': expected a number above 0"),
        (["doctor", "--minutes=-5"], "'-5': expected a number above 0"),
        (["doctor", "--minutes", "an hour"], "'an hour': expected a number above 0"),
        (["demo", "--seconds", "0"], "'0': expected a number above 0"),
        (["demo", "--questions", "0"], "'0': expected a whole number above 0"),
        (["demo", "--questions", "1.5"], "'1.5': expected a whole number above 0"),
    ],
)
def test_a_wrong_number_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(words)
    assert said in capsys.readouterr().err
