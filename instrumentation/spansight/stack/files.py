"""Where the configuration files are that both ways of running share."""

from pathlib import Path


def root() -> Path:
    """Return the folder that holds docker-compose.yml and the servers' folders.

    An installed wheel carries a copy beside the code; a checkout is its own copy.
    """
    package = Path(__file__).resolve().parents[1]
    shipped = package / "_files"
    return shipped if shipped.is_dir() else package.parents[1]
