"""The boards for Terraform: its JSON syntax, for the provider `grafana/grafana`."""

import json
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from spansight_dashboards.emit import BOARDS

PATH: Final = BOARDS.parent / "spansight.tf.json"

_PROVIDER: Final = {"grafana": {"source": "grafana/grafana", "version": ">= 3.0"}}


def artefact(files: Iterable[PurePosixPath]) -> dict[PurePosixPath, str]:
    """Return the file that applies the boards among `files`: a folder, and a resource for each.

    The boards stay files of their own beside it; a difference made by hand shows in the plan.
    """
    boards = sorted(path for path in files if path.parent == BOARDS)
    content = {
        "terraform": {"required_providers": _PROVIDER},
        "resource": {
            "grafana_folder": {"spansight": {"title": BOARDS.name, "uid": "spansight"}},
            "grafana_dashboard": {
                f"spansight_{path.stem}": {
                    "config_json": f'${{file("${{path.module}}/{path.relative_to(PATH.parent)}")}}',
                    "folder": "${grafana_folder.spansight.uid}",
                }
                for path in boards
            },
        },
    }
    return {PATH: json.dumps(content, indent=2) + "\n"}
