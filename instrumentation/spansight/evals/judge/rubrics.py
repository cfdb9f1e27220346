"""The rubrics that come with Spansight."""

from collections.abc import Mapping
from typing import Final

from spansight.evals.judge.prompt import Prompt, shipped

RELEVANCE: Final = shipped("relevance")
COMPLETENESS: Final = shipped("completeness")

BY_NAME: Final[Mapping[str, Prompt]] = {one.name: one for one in (RELEVANCE, COMPLETENESS)}
