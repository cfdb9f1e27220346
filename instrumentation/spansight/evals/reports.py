"""A comparison for those who read it: a pull request, a CI system, a program."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final
from xml.etree import ElementTree as ET

from spansight.conventions import labels
from spansight.evals.gate import Change, Comparison, Pair
from spansight.evals.model import Case, Score
from spansight.evals.runs import Run

HEADINGS: Final = ("metric", "cases", "baseline", "run", "change", "interval", "")

_LONGEST: Final = 600
"""Characters of an answer or a reason."""
_MARKUP: Final = re.compile(r"([|*_`\[\]\\~#@!:])")
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def verdict(comparison: Comparison) -> str:
    """Return the gate's decision as one sentence."""
    found = len(comparison.findings)
    if not found:
        return f"no regression in {comparison.cases:,} cases"
    return f"regression in {found} of {len(comparison.changes)} metrics"


def about(comparison: Comparison) -> str:
    """Return what was compared, and how sure the intervals are."""
    rules = comparison.rules
    together = f", all together of {100 * rules.confidence:.4g} %"
    return (
        f"{_named(comparison.run)} against {_named(comparison.baseline)}. "
        "A metric is worse where its whole interval lies beyond a loss of "
        f"{rules.minimum_effect:g}. Each interval is of {100 * comparison.confidence_each:.4g} %"
        f"{together if len(comparison.changes) > 1 else ''}."
    )


def cells(change: Change) -> tuple[str, ...]:
    """Return a row under `HEADINGS`."""
    before, after, interval = change.before, change.after, change.interval
    return (
        change.metric,
        str(len(change.pairs)),
        "" if before is None else f"{before:.3f}",
        "" if after is None else f"{after:.3f}",
        "" if before is None or after is None else f"{after - before:+.3f}",
        "" if interval is None else f"{interval.low:+.3f} to {interval.high:+.3f}",
        ", ".join(_outcomes(change)),
    )


def worst(comparison: Comparison) -> list[Mapping[str, Pair]]:
    """Return the cases to look at first, each once: by metric, what it got worse in."""
    most, found = comparison.rules.worst, comparison.findings
    got_worse = {
        change.metric: {pair.after.case: pair for pair in _worsened(change)} for change in found
    }
    first = dict.fromkeys(case for pairs in got_worse.values() for case in [*pairs][:most])
    return [
        {metric: pairs[case] for metric, pairs in got_worse.items() if case in pairs}
        for case in first
    ]


def looked_at(cases: int) -> str:
    """Return the heading of so many cases."""
    return "The case to look at first" if cases == 1 else f"The {cases} cases to look at first"


def beside(pairs: Mapping[str, Pair]) -> Iterator[tuple[str, str, str]]:
    """Yield what there is to compare of a case: a heading, the baseline's text, the run's."""
    one, asked = next(iter(pairs.values())), pairs.get(labels.ANSWERING)
    yield (
        labels.ANSWERING,
        _answer(one.was, asked and asked.before),
        _answer(one.now, asked and asked.after),
    )
    for metric, pair in pairs.items():
        if metric != labels.ANSWERING:
            yield metric, _opinion(pair.before), _opinion(pair.after)


def markdown(comparison: Comparison) -> str:
    """Return a comment for a pull request; answers in it are text, whatever they contain."""
    lines = [f"## Evaluation: {verdict(comparison)}", "", _literal(about(comparison)), ""]
    lines += _table(HEADINGS, [cells(change) for change in comparison.changes])
    if shown := worst(comparison):
        lines += ["", "<details>", f"<summary>{looked_at(len(shown))}</summary>"]
        for pairs in shown:
            one = next(iter(pairs.values()))
            lines += ["", f"**{_literal(one.question)}** (case {_literal(one.after.case)})", ""]
            lines += _table(("", "baseline", "run"), [*beside(pairs)])
        lines += ["", "</details>"]
    return "\n".join([*lines, ""])


def junit(comparison: Comparison) -> str:
    """Return XML as CI systems read it: a test for each metric."""
    changes, found = comparison.changes, comparison.findings
    skipped = [one for one in changes if one.outcome == "too few" and not one.is_finding]
    counts = {"tests": str(len(changes)), "failures": str(len(found)), "errors": "0", "time": "0"}
    root = ET.Element("testsuites", {"name": "spansight eval gate", **counts})
    suite = ET.SubElement(
        root,
        "testsuite",
        {
            "name": _xml(comparison.run.dataset),
            **counts,
            "skipped": str(len(skipped)),
            "timestamp": comparison.run.started[:19],
        },
    )
    for change in changes:
        place = {"classname": f"evaluation.{comparison.run.dataset}", "name": change.metric}
        test = ET.SubElement(
            suite, "testcase", {k: _xml(v) for k, v in place.items()} | {"time": "0"}
        )
        said = ", ".join(_outcomes(change))
        if change.is_finding:
            told = {"message": _xml(f"{change.metric}: {said}"), "type": "regression"}
            failure = ET.SubElement(test, "failure", told)
            failure.text = _xml(plain(change, comparison.rules.worst))
        elif change in skipped:
            ET.SubElement(test, "skipped", {"message": said})
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def plain(change: Change, most: int) -> str:
    """Return a metric and its worst cases as text."""
    figures = zip(HEADINGS, cells(change), strict=True)
    lines = [", ".join(f"{name} {cell}".strip() for name, cell in figures if cell)]
    for pair in _worsened(change)[:most]:
        lines += ["", f"{pair.after.case}: {pair.question}"]
        for what, before, after in _sides(pair):
            lines += [f"  {what}", f"    baseline: {before}", f"    run:      {after}"]
    return "\n".join(lines)


def data(comparison: Comparison) -> dict[str, Any]:
    """Return it as plain data, for programs."""
    return {
        "regression": bool(comparison.findings),
        "cases": comparison.cases,
        "dataset": comparison.run.dataset,
        "minimum_effect": comparison.rules.minimum_effect,
        "confidence": comparison.rules.confidence,
        "confidence_each": comparison.confidence_each,
        "metrics": [_metric(change, comparison.rules.worst) for change in comparison.changes],
    }


def _metric(change: Change, most: int) -> dict[str, Any]:
    return {
        "metric": change.metric,
        "cases": len(change.pairs),
        "baseline": change.before,
        "run": change.after,
        "interval": None if change.interval is None else asdict(change.interval),
        "outcome": change.outcome,
        "finding": change.is_finding,
        "lost": len(change.lost),
        "failures": {"baseline": change.failures[0], "run": change.failures[1]},
        "worst": [
            {"case": pair.after.case, "question": pair.question}
            | {what: {"baseline": before, "run": after} for what, before, after in _sides(pair)}
            for pair in (_worsened(change)[:most] if change.is_finding else ())
        ],
    }


def _outcomes(change: Change) -> Iterator[str]:
    yield change.outcome
    if any(change.failures):
        yield f"{change.failures[1]} failed, {change.failures[0]} before"
    if change.lost:
        yield f"{len(change.lost)} without a score now"


def _worsened(change: Change) -> list[Pair]:
    """Return new failures, then those that lost most, then those that lost their score."""
    losses = change.losses if change.outcome == "worse" else ()
    return [*change.failed, *losses, *(change.lost if change.has_vanished else ())]


def _sides(pair: Pair) -> Iterator[tuple[str, str, str]]:
    yield "answer", _text(pair.was and pair.was.answer), _text(pair.now and pair.now.answer)
    yield "score", _score(pair.before), _score(pair.after)
    if pair.before.reason or pair.after.reason:
        yield "why", _text(pair.before.reason), _text(pair.after.reason)


def _answer(case: Case | None, asked: Score | None) -> str:
    return _opinion(asked) if asked and asked.error_type else _text(case and case.answer)


def _opinion(score: Score) -> str:
    return ": ".join(filter(None, (_score(score), _text(score.reason))))


def _named(run: Run) -> str:
    of = run.target or "recorded answers"
    return f"{of} ({run.started[:16]})"


def _score(score: Score) -> str:
    if score.error_type is not None:
        return f"failed: {score.error_type}"
    return "none" if score.value is None else f"{score.value:.3f}"


def _text(text: str | None) -> str:
    said = text or ""
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [headings, ["---"] * len(headings), *([_literal(cell) for cell in row] for row in rows)]
    return [f"| {' | '.join(line)} |" for line in lines]


def _literal(text: str) -> str:
    """Return what shows as this text in Markdown: nothing in it is markup, a link or a mention."""
    escaped = _MARKUP.sub(_harmless, html.escape(text, quote=False))
    return "<br>".join(escaped.splitlines())


def _harmless(found: re.Match[str]) -> str:
    # Hosts look for mentions and issues in what is rendered, where an entity is the sign again.
    apart = "<!-- -->" if found[0] in "@#" else ""
    return f"&#{ord(found[0])};{apart}"


def _xml(text: str) -> str:
    """Return the text without the characters that XML has no way to write."""
    return _NO_XML.sub("\ufffd", text)
