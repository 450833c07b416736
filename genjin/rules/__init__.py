"""The brain: plain typed Python. No Django, no clock, no I/O; it imports nothing above itself.

    decide(facts, setting, now) -> Decision(duties, changes, notices, wake_at)

The contract with the shell that gathers, decides and applies:

- **Same input, same answer.** The order of facts does not matter. `facts` are bounded and frozen
  (`facts.py`); `setting` is a snapshot (`setting.py`): the merged policy, calendars, absences, go-live date.
- **The clock is asked, never read.** Rules ask only whether a moment has been reached (`clock.py`); the
  nearest one that has not is `wake_at`. Before it, and unless something happens, nothing changes.
- **Duties** (`duties.py`) are everything owed, also in the future. Their keys are stable; what was done,
  postponed or dismissed comes back as an `Outcome` for a key. Repeating duties are named by the day on which
  their turn began, so that an outcome belongs to that turn only.
- **Changes** are what the clock itself does; after they are applied, deciding again yields none.
- **Notices** carry a key, so that each is told once.
- **Reasons** are codes with parameters (`duties.REASONS`), rendered in the reader's language by the shell.
- `worklist.merge` makes tasks of duties and ranks them.

A new rule is one more function of `Case` (`case.py`) listed in `decide.py`; it says what it wants as a
`Plan`, and `Case.place` settles go-live, postponement, pause, working days and absences alike for all.
Whenever the same input may give another answer, raise `decide.RULES_VERSION`.
"""
