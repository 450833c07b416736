"""Who wants to know that customers can be reached by other addresses or sites than before.

Folders above register in `AppConfig.ready`; they are called after the commit with the ids of the customers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction

Listener = Callable[[Sequence[int]], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have this called; what it raises is logged only."""
    if listener not in _listeners:
        _listeners.append(listener)


def changed(customer_ids: Sequence[int]) -> None:
    """Say, inside the transaction, that what these customers are reached by may have changed."""
    if _listeners and customer_ids:
        transaction.on_commit(lambda: _call(customer_ids), robust=True)


def _call(customer_ids: Sequence[int]) -> None:
    for listener in _listeners:
        listener(customer_ids)
