"""The tables of this folder."""

from genjin.exchange.export_models import Export

__all__ = ["Export"]
