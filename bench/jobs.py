"""How many jobs a second, with one and with two workers."""
