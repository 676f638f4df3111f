"""`python -m cpdocs` is the command `cpdocs`."""

from cpdocs.cli import main

raise SystemExit(main())
