"""`spansight dashboards build | check | push`: what writes boards and rules is an extra."""

import os
from argparse import ArgumentParser, Namespace

from spansight.conventions.environment import GRAFANA_TOKEN, GRAFANA_URL
from spansight.errors import ConfigError

try:
    from spansight_dashboards import __main__ as generator
except ModuleNotFoundError as missing:
    package = (missing.name or "").partition(".")[0]
    raise ConfigError(
        f"dashboards needs {package!r}; pip install 'spansight[dashboards]'"
    ) from missing


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    push = generator.configure(parser).add_parser(
        "push",
        help="send the boards to Grafana through its API",
        description=f"Send the boards to Grafana; {GRAFANA_TOKEN.name} holds the token.",
    )
    generator.knobs(push)
    push.add_argument(
        "--url",
        default=os.environ.get(GRAFANA_URL.name) or GRAFANA_URL.default,
        help=f"where Grafana is (default: {GRAFANA_URL.name}, now %(default)s)",
    )
    push.add_argument(
        "--dry-run", action="store_true", help="only show what would change, line by line"
    )
    push.add_argument(
        "--force", action="store_true", help="also replace boards that were edited in Grafana"
    )
    push.add_argument("--json", action="store_true", help="print one JSON document instead")


def main(arguments: Namespace) -> int:
    """Build, check or push; 1 when a file differs, or a board was left as somebody made it."""
    if arguments.action != "push":
        return generator.run(arguments)
    # Only here: it takes packages that writing files does without.
    from spansight.cli.pushing import push  # noqa: PLC0415

    return push(arguments, generator.config(arguments))
