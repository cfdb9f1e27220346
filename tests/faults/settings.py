"""What a fault needs that is unlike what is shipped."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The surroundings of one fault."""

    calls_per_s: float = 50
    """Of each signal."""
    disk_mib: int | None = None
    """The size of the disk that holds the queue, which only root can make."""
    protocol: Literal["http", "grpc"] = "http"
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    """The Collector's environment."""
