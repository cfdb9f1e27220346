"""The ports of one stack, all on loopback: the published ones, free ones, and who holds one."""

import socket
from dataclasses import asdict, dataclass, fields
from itertools import islice
from secrets import SystemRandom
from typing import Final, Self

from spansight.errors import StackError
from spansight.stack.processes import listener
from spansight.stores.endpoints import Endpoints

LOOPBACK: Final = "127.0.0.1"

_FREE: Final = range(20_000, 32_768)
"""Below what Linux gives to outgoing connections: one of those could come before the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """One port for each address that a server listens on."""

    otlp_http: int = 4318
    otlp_grpc: int = 4317
    collector_health: int = 13133
    collector_metrics: int = 8888
    derived_metrics: int = 8889
    prometheus: int = 9090
    alertmanager: int = 9093
    tempo: int = 3200
    tempo_grpc: int = 9097
    tempo_otlp: int = 14318
    loki: int = 3100
    loki_grpc: int = 9096
    grafana: int = 3000

    @classmethod
    def free(cls) -> Self:
        """Return ports that nobody holds at this moment."""
        names = [field.name for field in fields(cls)]
        candidates = SystemRandom().sample(_FREE, len(_FREE))
        numbers = islice(filter(_is_free, candidates), len(names))
        return cls(**dict(zip(names, numbers, strict=True)))

    def as_dict(self) -> dict[str, int]:
        """Return the port of each address by its name."""
        return asdict(self)

    def endpoints(self, *, grafana: bool) -> Endpoints:
        """Return the base URLs that users and tests need."""
        urls = {
            field.name: f"http://{LOOPBACK}:{self.as_dict()[field.name]}"
            for field in fields(Endpoints)
        }
        return Endpoints.from_dict(urls | ({} if grafana else {"grafana": None}))

    def require_free(self, names: tuple[str, ...], server: str) -> None:
        """Raise StackError when one of a server's ports is in use, naming by whom."""
        for name in names:
            port = self.as_dict()[name]
            if not _is_free(port):
                by = listener(port) or "a process of another user"
                raise StackError(
                    f"port {port}, wanted by {server}, is in use by {by}; "
                    "stop that, or let `spansight up --free-ports` choose others"
                )


def _is_free(port: int) -> bool:
    try:
        with socket.create_server((LOOPBACK, port)):
            return True
    except OSError:
        return False
