"""Genjin 跟进: whom do I contact now, how, and why."""

__version__ = "0.1.0"
