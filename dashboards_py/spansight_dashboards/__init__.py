"""Grafana dashboards and Prometheus rules, written from the vocabulary alone."""
