"""The command `cpdocs`, which is `python -m cpdocs`: whoever stops it is answered in words, even while it starts."""

from __future__ import annotations

import signal
import sys


def main() -> int:
    """Run the command typed. Ctrl+C, a closed window and a polite kill end it alike; what is ignored stays ignored."""
    try:
        for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
            asked = getattr(signal, name, None)
            if asked is not None and signal.getsignal(asked) is signal.SIG_DFL:
                signal.signal(asked, signal.default_int_handler)
        from cpdocs import cli

        return cli.main()
    except KeyboardInterrupt:
        sys.stderr.write("cpdocs: Stopped. Nothing was half-written.\n")
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
