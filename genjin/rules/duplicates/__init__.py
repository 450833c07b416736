"""Whether two entries are one company: pure, without database and clock.

`facts.company` takes an entry apart, `score.compare` judges two, `candidates` finds which of many to compare.
"""
