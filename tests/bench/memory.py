"""One process that renders 5,000 rows with one engine and says how much memory it took (for growth)."""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def most() -> int:
    """The most memory this process took, in kB.

    On Linux what its parent took before it isn't counted, as getrusage would.
    """
    try:
        for line in Path("/proc/self/status").read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(engine: str, kept: str) -> None:
    if engine == "ours":
        # as a run finds it: compiled by an earlier one
        from cpdocs.template import Template

        template = Template.from_constants(Path(kept).read_bytes())
        template.render({"actions": actions(5000)})
    elif engine == "docxtpl":
        import io

        from docxtpl import DocxTemplate

        document = DocxTemplate(kept)
        document.render({"actions": actions(5000)}, autoescape=True)
        document.save(io.BytesIO())
    print(most())


def actions(rows: int) -> list[dict[str, str]]:
    return [{"what": f"Action {n} & more", "who": f"Person {n % 7}", "when": "1 March 2041"} for n in range(rows)]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
