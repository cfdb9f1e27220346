"""FROM-scratch images of the built servers, laid out like the official ones.

They carry names of their own, so that nobody mistakes them for the official images.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from spansight.stack import binaries

_CHOWN: Final = Path(__file__).with_name("chown") / "main.go"


@dataclass(frozen=True, slots=True)
class Layout:
    """What an official image has that docker-compose.yml relies on."""

    programs: Mapping[str, str]
    """Program of ours → its path in the image; the first is the entry point."""
    data: str = ""
    """A folder that belongs to `owner`."""
    owner: str = "10001:10001"


_LAYOUTS: Final = {
    "COLLECTOR_IMAGE": Layout({"collector": "/otelcol-contrib"}),
    "PROMETHEUS_IMAGE": Layout(
        {"prometheus": "/bin/prometheus", "promtool": "/bin/promtool", "chown": "/bin/chown"},
        "/prometheus",
        "65534:65534",
    ),
    "ALERTMANAGER_IMAGE": Layout(
        {"alertmanager": "/bin/alertmanager", "amtool": "/bin/amtool"},
        "/alertmanager",
        "65534:65534",
    ),
    "TEMPO_IMAGE": Layout({"tempo": "/tempo"}, "/var/tempo"),
    "LOKI_IMAGE": Layout({"loki": "/usr/bin/loki"}, "/loki"),
}


def build(folder: Path) -> dict[str, str]:
    """Build every image and return its name by the variable of `.env` that holds it."""
    return dict(_built(folder))


def _built(folder: Path) -> Iterator[tuple[str, str]]:
    for variable, layout in _LAYOUTS.items():
        context = folder / variable
        lines = ["FROM scratch"]
        for name, path in layout.programs.items():
            _program(name, context / "root" / path.lstrip("/"))
        lines.append("COPY root /")
        if layout.data:
            (context / "empty").mkdir()
            lines.append(f"COPY --chown={layout.owner} empty {layout.data}")
        lines.append(f'ENTRYPOINT ["{next(iter(layout.programs.values()))}"]')
        (context / "Dockerfile").write_text("\n".join(lines) + "\n")
        image = f"spansight-test/{next(iter(layout.programs))}:built"
        command = ["docker", "build", "--quiet", "--tag", image, context]
        subprocess.run(command, capture_output=True, check=True)
        yield variable, image


def _program(name: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if name == "chown":
        command = ["go", "build", "-o", path, _CHOWN]
        subprocess.run(command, check=True, env=os.environ | {"CGO_ENABLED": "0", "GOFLAGS": ""})
    else:
        shutil.copy(binaries.find(name), path)
