"""The read side: typed, tiny clients of Prometheus, Tempo, Loki and Grafana.  Writes nothing."""
