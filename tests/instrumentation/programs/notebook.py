"""A notebook: a kernel, the cells given as arguments, and its end."""

import os
import sys
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager


def shown(message: dict[str, Any]) -> None:
    if message["msg_type"] in ("stream", "error"):
        content = message["content"]
        os.write(1, (content.get("text") or "\n".join(content["traceback"])).encode())


manager = KernelManager()
manager.start_kernel()
client: BlockingKernelClient = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
for cell in sys.argv[1:]:
    client.execute_interactive(cell, timeout=60, output_hook=shown)
client.stop_channels()
manager.shutdown_kernel()
