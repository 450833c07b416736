"""Importing records: a register of kinds, what each row of a file is found to be, writing it, taking it back."""
