"""How content reads: a body is JSON, for programs; people get a line for each message."""

from typing import Final

from spansight.conventions import events

# What was cut is no JSON any more, and every other event is a text already.  There is no `$` in it,
# which Grafana would take for a variable of its own.
_TEMPLATE: Final = r"""
{{ if and (eq .event_name "EVENT") (hasSuffix "}" __line__) }}
    {{ with fromJson __line__ }}
        {{ range .system }}system: {{ .content }}{{ "\n" }}{{ end }}
        {{ range .input }}MESSAGE{{ "\n" }}{{ end }}
        {{ range .output }}MESSAGE{{ "\n" }}{{ end }}
        {{ with .query }}query: {{ . }}{{ "\n" }}{{ end }}
        {{ with .arguments }}arguments: {{ . }}{{ "\n" }}{{ end }}
        {{ with .result }}result: {{ . }}{{ "\n" }}{{ end }}
    {{ end }}
{{ else }}
    {{ __line__ }}
{{ end }}
"""
_MESSAGE: Final = r"""
{{ .role }}:
{{ range .parts }}
    {{ with .content }} {{ . }}{{ end }}
    {{ with .name }} {{ . }}{{ end }}
    {{ with .arguments }} {{ . }}{{ end }}
    {{ with .response }} {{ . }}{{ end }}
    {{ with .result }} {{ . }}{{ end }}
{{ end }}
"""


def _in_one_line(template: str) -> str:
    return "".join(line.strip() for line in template.splitlines())


_LINE: Final = (
    _in_one_line(_TEMPLATE)
    .replace("EVENT", events.CONTENT)
    .replace("MESSAGE", _in_one_line(_MESSAGE))
)

AS_TEXT: Final = f"| line_format `{_LINE}`"
"""The end of a LogQL query whose lines are to be read: `user: …`, `assistant: …`."""
