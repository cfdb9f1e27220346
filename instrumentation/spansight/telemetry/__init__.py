"""The only package that touches tracers and loggers: what runs inside an application's process."""
