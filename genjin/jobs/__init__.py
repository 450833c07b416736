"""Background work: the only place that knows the queue. Other folders use the names exported here."""

from genjin.jobs.declare import GiveUp, HandBack, JobOptions, job, on_behalf_of, stopping
from genjin.jobs.recurring import Recurring

__all__ = ["GiveUp", "HandBack", "JobOptions", "Recurring", "job", "on_behalf_of", "stopping"]
