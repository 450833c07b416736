"""What a letter is, its thread, and what its writer wrote: decided from parsed facts alone."""

from genjin.rules.letters.facts import Bounced, Cause, Evidence, Kind, LetterFacts, Verdict
from genjin.rules.letters.subjects import normalised_subject, says_forward
from genjin.rules.letters.threads import Choice, Thread, Why, choose_thread, ids_to_look_up
from genjin.rules.letters.trimming import Mark, Trimmed, marked, trim
from genjin.rules.letters.verdict import judge

__all__ = [
    "Bounced",
    "Cause",
    "Choice",
    "Evidence",
    "Kind",
    "LetterFacts",
    "Mark",
    "Thread",
    "Trimmed",
    "Verdict",
    "Why",
    "choose_thread",
    "ids_to_look_up",
    "judge",
    "marked",
    "normalised_subject",
    "says_forward",
    "trim",
]
