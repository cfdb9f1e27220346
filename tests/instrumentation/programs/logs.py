"""An application that sets up logging through OpenTelemetry after it was instrumented."""

import os
import runpy
from pathlib import Path

from opentelemetry import _logs
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor

mine = InMemoryLogRecordExporter()
provider = LoggerProvider()
provider.add_log_record_processor(SimpleLogRecordProcessor(mine))
_logs.set_logger_provider(provider)
runpy.run_path(str(Path(__file__).with_name("quiet.py")))
os.write(1, f"{_logs.get_logger_provider() is provider} {len(mine.get_finished_logs())}\n".encode())
