"""Feature templates: what a template may do, each as a text file that a person can read.

    title: {{ copy.title }}            the title property
    header: Copy for {{ copy.name }}   a header (`first header:`, `footer:` and `first footer:` too)
    Plain words {{ child.name }}       one paragraph
    | What | Who |                     rows of a table; the first is its header row
    <w:p>…</w:p>                       WordprocessingML as it is, on one line
    ---                                what follows is the context, as JSON;
                                       {"paragraphs": "…"} is free text, {"runs": "…"} a value with its own runs
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from cpdocs import parts, wordtext

HERE = Path(__file__).parent
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = f'xmlns:w="{W}" xmlns:r="{R}"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


@dataclass(frozen=True)
class Feature:
    name: str
    docx: bytes
    context: dict[str, Any]


def features() -> list[Feature]:
    return [read(path) for path in sorted(HERE.glob("*.txt"))]


def read(path: Path) -> Feature:
    lines, _, context = path.read_text("utf-8").partition("\n---\n")
    return Feature(path.stem, docx(lines), values(json.loads(context)))


def values(data: Any) -> Any:
    """A context as it is written in a feature file."""
    if isinstance(data, dict):
        if set(data) == {"paragraphs"}:
            return wordtext.paragraphs(data["paragraphs"])
        if set(data) == {"runs"}:
            return wordtext.inline(data["runs"])
        return {key: values(value) for key, value in data.items()}
    return [values(item) for item in data] if isinstance(data, list) else data


def docx(text: str, extra: Mapping[str, bytes] | None = None) -> bytes:
    """A Word file from lines as above; `extra` parts are put in as they are."""
    body: list[str] = []
    heads: list[tuple[str, str, str]] = []
    title = ""
    rows: list[str] = []
    for line in [*text.splitlines(), ""]:
        name, _, rest = line.partition(": ")
        if line.startswith("|"):
            rows.append(line)
            continue
        if rows:
            body.append(table(rows))
            rows = []
        if name == "title":
            title = rest
        elif name in ("header", "footer", "first header", "first footer"):
            heads.append((name.split()[-1], "first" if "first" in name else "default", rest))
        elif line:
            body.append(line if line.startswith("<") else paragraph(line))
    return package("".join(body), heads, title, extra)


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def table(rows: list[str]) -> str:
    cells = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in rows]
    out = ['<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>']
    out += ['<w:gridCol w:w="2000"/>'] * len(cells[0])
    out.append("</w:tblGrid>")
    for number, row in enumerate(cells):
        header = "" if number else "<w:trPr><w:tblHeader/></w:trPr>"
        inner = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>'
            f'{"".join(paragraph(line) for line in cell.split("¶"))}</w:tc>'
            for cell in row
        )
        out.append(f"<w:tr>{header}{inner}</w:tr>")
    return "".join(out) + "</w:tbl>"


STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/>'
    + (f'<w:pPr><w:numPr><w:numId w:val="{number}"/></w:numPr></w:pPr>' if number else "")
    + "</w:style>"
    for name, number in [("Normal", 0), ("BodyText", 0), ("Heading1", 0), ("ListBullet", 1), ("ListNumber", 2)]
)
NUMBERING = (
    "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>'
        + "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{text.replace("N", str(level + 1))}"/></w:lvl>'
            for level in range(9)
        )
        + "</w:abstractNum>"
        for number, form, text in [(0, "bullet", "•"), (1, "decimal", "%N.")]
    )
    + '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    + '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
)


def package(
    body: str,
    heads: list[tuple[str, str, str]] | None = None,
    title: str = "",
    extra: Mapping[str, bytes] | None = None,
) -> bytes:
    names = ["styles", "numbering"]
    files = {
        "word/styles.xml": f"<w:styles {SPACES}>{STYLES}</w:styles>",
        "word/numbering.xml": f"<w:numbering {SPACES}>{NUMBERING}</w:numbering>",
    }
    references = ""
    for number, (kind, page, text) in enumerate(heads or [], 1):
        root = "hdr" if kind == "header" else "ftr"
        inner = "".join(line if line.startswith("<") else paragraph(line) for line in text.split("¶"))
        files[f"word/{kind}{number}.xml"] = f"<w:{root} {SPACES}>{inner}</w:{root}>"
        names.append(f"{kind}{number}")
        references += f'<w:{kind}Reference w:type="{page}" r:id="rId{len(names)}"/>'
    first = "<w:titlePg/>" if any(page == "first" for _, page, _ in heads or []) else ""
    section = f'<w:sectPr>{references}<w:pgSz w:w="11906" w:h="16838"/>{first}</w:sectPr>'
    files["word/document.xml"] = f"<w:document {SPACES}><w:body>{body}{section}</w:body></w:document>"
    files["docProps/core.xml"] = (
        f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title>'
        "<dc:creator>Wren Aldous</dc:creator></cp:coreProperties>"
    )
    files["_rels/.rels"] = relations(
        [(f"{OFFICE}/officeDocument", "word/document.xml"),
         (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")]
    )  # fmt: skip
    files["word/_rels/document.xml.rels"] = relations(
        [(f"{OFFICE}/{name.rstrip('0123456789')}", f"{name}.xml") for name in names]
    )
    files["[Content_Types].xml"] = (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{WORD}.document.main+xml"/>'
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        + "".join(
            f'<Override PartName="/word/{n}.xml" ContentType="{WORD}.{n.rstrip("0123456789")}+xml"/>' for n in names
        )
        + "</Types>"
    )
    return parts.write({**{name: text.encode() for name, text in files.items()}, **(extra or {})})


def relations(found: list[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(found, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'
