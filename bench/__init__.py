"""Measurements: a deterministic generator and a runner; `python -m bench --help`."""
