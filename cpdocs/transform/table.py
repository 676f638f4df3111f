"""Rows of text in, a plain Word file with one table out; and the rows of such a file read back.

It is what a translator who works in Word gets: their language's column is set in its own direction and
marked as that language, and each line of a text is a paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from cpdocs.parts import PackageError
from cpdocs.transform.wordml import Parts, W, local, parse, w

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>'
    '<Override PartName="/word/settings.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/></Types>'
)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_A4 = (
    '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="1134" w:right="1134"'
    ' w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
)


@dataclass(frozen=True)
class Column:
    """One column: its heading, the language of its texts and whether that runs from right to left."""

    heading: str
    language: str
    rtl: bool = False
    font: str = ""


def document(
    title: str, lines: Sequence[str], columns: tuple[Column, Column], rows: Sequence[tuple[str, str]]
) -> dict[str, bytes]:
    """A Word file's parts: a title, some lines of explanation, and the rows below their headings."""
    english = Column("", "en-GB")
    body = [_paragraph(title, english, style="Title"), *(_paragraph(line, english) for line in lines)]
    head = "".join(_cell(column.heading, english, bold=True) for column in columns)
    body.append(
        '<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>'
        + "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        + '</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        '<w:tblGrid><w:gridCol w:w="7285"/><w:gridCol w:w="7285"/></w:tblGrid>'
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"
        + "".join(
            "<w:tr>" + "".join(_cell(text, column) for text, column in zip(row, columns, strict=True)) + "</w:tr>"
            for row in rows
        )
        + "</w:tbl>"
    )
    styles = (
        f'<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>'
        '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="22"/><w:szCs w:val="22"/>'
        '<w:lang w:val="en-GB"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="80"/></w:pPr>'
        '</w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
        '<w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="Title">'
        '<w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:rPr><w:b/><w:bCs/><w:sz w:val="32"/>'
        '<w:szCs w:val="32"/></w:rPr></w:style></w:styles>'
    )
    texts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": _relations(("styles", "styles.xml"), ("settings", "settings.xml")),
        "word/styles.xml": styles,
        "word/settings.xml": f'<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/></w:settings>',
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{"".join(body)}<w:p/>{_A4}</w:body></w:document>',
    }
    return {name: (_DECLARATION + text).encode() for name, text in texts.items()}


def _relations(*targets: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_RELATIONS}">{lines}</Relationships>'


def _cell(text: str, column: Column, *, bold: bool = False) -> str:
    lines = "".join(_paragraph(line, column, bold=bold) for line in text.split("\n"))
    return f'<w:tc><w:tcPr><w:tcW w:w="7285" w:type="dxa"/></w:tcPr>{lines}</w:tc>'


def _paragraph(text: str, column: Column, *, style: str = "", bold: bool = False) -> str:
    """One paragraph; the mark's own properties tell Word what a translator will type in an empty one."""
    font = f'<w:rFonts w:cs="{escape(column.font)}"/>' if column.font else ""
    language = f'<w:lang w:{"bidi" if column.rtl else "val"}="{escape(column.language)}"/>'
    look = font + ("<w:b/><w:bCs/>" if bold else "") + ("<w:rtl/>" if column.rtl else "") + language
    before = (f'<w:pStyle w:val="{style}"/>' if style else "") + ("<w:bidi/>" if column.rtl else "")
    run = f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{before}<w:rPr>{look}</w:rPr></w:pPr>{run}</w:p>"


def rows_of(parts: Parts) -> list[tuple[str, ...]]:
    """The rows of a file's first table, its heading row left out, each cell as text with its line breaks.

    Raises PackageError for what isn't a Word document.
    """
    if "word/document.xml" not in parts:
        raise PackageError("The file isn't a Word document (.docx).")
    table = next(parse(parts["word/document.xml"]).iter(w("tbl")), None)
    if table is None:
        return []
    return [tuple(_text(cell) for cell in row.findall(w("tc"))) for row in table.findall(w("tr"))[1:]]


def _text(cell: Any) -> str:
    return "\n".join(_line(paragraph) for paragraph in cell.findall(w("p"))).strip()


def _line(paragraph: Any) -> str:
    out = []
    for node in paragraph.iter(w("t"), w("tab"), w("br"), w("cr"), w("noBreakHyphen")):
        if any(local(above) == "del" for above in node.iterancestors()):
            continue
        if local(node) == "tab" and local(node.getparent()) != "r":
            continue
        out.append({"t": node.text or "", "tab": "\t", "noBreakHyphen": "\u2011"}.get(local(node), "\n"))
    return "".join(out)
