"""All recurring work, on one page. A worker that finds a turn due enqueues its job; no leader is needed."""

from genjin.jobs import Recurring

SCHEDULE = (Recurring("prune jobs", "genjin.jobs.jobs.prune", at="03:40"),)
