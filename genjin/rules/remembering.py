"""Pure functions that remember their last answers, and can be told answers of another process."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
MOST = 2000
"""Answers after which the older half is forgotten as soon as there are as many new ones."""


class Remembered(Generic[P, R]):
    """A function of hashable arguments that works each answer out once, if they are given by place.

    As `functools.lru_cache`, but answers can be taken out here and learnt elsewhere.
    """

    def __init__(self, function: Callable[P, R]) -> None:
        self.function = function
        self.__doc__ = function.__doc__
        self._fresh: dict[tuple[Hashable, ...], R] = {}
        self._former: Mapping[tuple[Hashable, ...], R] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """The answer, worked out unless it is remembered."""
        if kwargs:
            return self.function(*args, **kwargs)
        try:
            return self._fresh[args]
        except KeyError:
            former = self._former
            # Whoever calls with too few arguments hears of it from the function.
            answer = former[args] if args in former else self.function(*args)  # type: ignore[call-arg]
            self.learn({args: answer})
            return answer

    def learn(self, answers: Mapping[tuple[Hashable, ...], R]) -> None:
        """Remember these answers as if they had been worked out here."""
        self._fresh.update(answers)
        if len(self._fresh) > MOST:
            self._former, self._fresh = self._fresh, {}

    def take(self) -> dict[tuple[Hashable, ...], R]:
        """The answers worked out since the last time, at most the latest ones; all are forgotten here."""
        found, self._fresh, self._former = self._fresh, {}, {}
        return found
