"""The run folder of a native stack."""

import stat
from pathlib import Path

import pytest

from spansight.stack import files
from spansight.stack.layout import lay_out
from spansight.stack.ports import Ports
from spansight.stack.servers import Site


def test_the_password_of_grafana_is_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRAFANA_ADMIN_PASSWORD", raising=False)
    site = Site(files=files.root(), folder=tmp_path, ports=Ports())
    lay_out(site, ["grafana"])
    first = site.grafana_password.read_text()
    assert stat.S_IMODE(site.grafana_password.stat().st_mode) == 0o600
    assert len(first) >= 16
    lay_out(site, ["grafana"])
    assert site.grafana_password.read_text() == first
