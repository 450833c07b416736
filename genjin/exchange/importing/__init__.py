"""Importing records: a register of kinds, the verdict of each row of a file, writing it, taking it back."""
