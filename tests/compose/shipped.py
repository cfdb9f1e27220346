"""What the shipped files say, read without Docker."""

from typing import Any, Final, cast

import yaml

from spansight.stack import files

UP: Final = "up --detach --wait --wait-timeout=120"


def variables() -> dict[str, str]:
    """Return the variables of .env.example."""
    lines = (files.root() / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def services() -> dict[str, dict[str, Any]]:
    """Return the services of docker-compose.yml, its anchors resolved; none that has a profile."""
    return {name: row for name, row in _services().items() if "profiles" not in row}


def worker() -> dict[str, Any]:
    """Return the service that has to be asked for."""
    (row,) = (row for row in _services().values() if "profiles" in row)
    return row


def _services() -> dict[str, dict[str, Any]]:
    text = (files.root() / "docker-compose.yml").read_text()
    return cast("dict[str, dict[str, Any]]", yaml.safe_load(text)["services"])
