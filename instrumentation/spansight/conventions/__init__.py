"""The one vocabulary: every name that crosses a process boundary is defined here and nowhere else.

Emitters, Collector files, dashboards, rules, docs and tests take their names from these modules,
and ``tests/test_vocabulary.py`` fails on a name that only one of them knows.
"""
