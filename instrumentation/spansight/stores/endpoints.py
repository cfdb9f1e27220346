"""Where each server of one stack answers."""

from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Base URLs, without a trailing slash; the defaults are the published loopback ports."""

    otlp_http: str = "http://127.0.0.1:4318"
    otlp_grpc: str = "http://127.0.0.1:4317"
    collector_health: str = "http://127.0.0.1:13133"
    collector_metrics: str = "http://127.0.0.1:8888"
    derived_metrics: str = "http://127.0.0.1:8889"
    prometheus: str = "http://127.0.0.1:9090"
    alertmanager: str = "http://127.0.0.1:9093"
    tempo: str = "http://127.0.0.1:3200"
    loki: str = "http://127.0.0.1:3100"
    grafana: str | None = "http://127.0.0.1:3000"
    """None when this stack runs without Grafana."""

    def as_dict(self) -> dict[str, str | None]:
        """Return the plain form, for a state file."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, str | None]) -> Self:
        """Read the plain form; a name that is no field is a TypeError."""
        return cls(**values)  # pyright: ignore[reportArgumentType] - only `grafana` can be None
