"""Which libraries are instrumented, how, and what is mended where OpenTelemetry falls short."""
