"""`python -m genjin` is the command `genjin`."""

from genjin.cli import main

raise SystemExit(main())
