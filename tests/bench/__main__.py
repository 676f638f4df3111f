"""Run the bench: see tests.bench."""

from __future__ import annotations

import argparse
import json
import pkgutil
import sys
from importlib import import_module

import tests.bench

HIDDEN = {"__main__", "memory", "workloads"}


def main() -> int:
    known = sorted(module.name for module in pkgutil.iter_modules(tests.bench.__path__) if module.name not in HIDDEN)
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=tests.bench.__doc__.split("\n")[0])
    parser.add_argument("sections", nargs="*", metavar="section", help=f"some of: {', '.join(known)}")
    parser.add_argument("--json", action="store_true", help="for machines")
    given = parser.parse_args()
    if unknown := set(given.sections) - set(known):
        parser.error(f"there is no section {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    found = {}
    missed = 0
    for name in given.sections or known:
        module = import_module(f"tests.bench.{name}")
        found[name] = []
        if not given.json:
            print(f"\n{name}: {module.__doc__.strip().splitlines()[0]}", flush=True)
        for row in module.rows():
            found[name].append({"what": row.what, "value": round(row.value, 3), "goal": row.goal, "met": row.met})
            missed += row.met is False
            if not given.json:
                mark = {None: "", True: f"   goal {row.goal}", False: f"   goal {row.goal}: missed"}[row.met]
                print(f"  {row.what:<66}{row.value:>9.2f}{mark}", flush=True)
    if given.json:
        json.dump(found, sys.stdout, indent=1)
        print()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
