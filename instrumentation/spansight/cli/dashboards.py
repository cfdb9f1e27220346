"""`spansight dashboards build | check`: what writes the boards and rules is an extra of its own."""

from argparse import ArgumentParser, Namespace

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
    generator.configure(parser)


def main(arguments: Namespace) -> int:
    """Build or check; 1 when a committed file is not what would be generated."""
    return generator.run(arguments)
