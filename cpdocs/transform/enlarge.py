"""Any template's parts in, large print of any size from 16 points out.

All sizes grow in one ratio from the body text's, nothing is smaller than the body, page numbers included. The
page is A4, text begins at one edge and is never justified, there is air between lines, bold alone carries
emphasis, and a table of one header row and one repeated row becomes blocks of labelled lines (decision 34),
because at this size its columns would hold a word each.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import Any

from lxml import etree

from cpdocs.transform.wordml import (
    XML_SPACE,
    Parts,
    drop,
    is_on,
    local,
    parse,
    plain,
    properties,
    put,
    serialise,
    text_parts,
    w,
)

SMALLEST = 16
"""Points; below this it isn't large print (RNIB's Clear Print ends at 14, large print begins at 16)."""
A4 = (11906, 16838)
_MARGIN = 1134  # two centimetres: wider margins leave few words in a line
_AIR = 240
"""Twelve points between the letterhead and the text, six between the text and the foot."""
_STOPS = ":?!.،؛؟\N{ARABIC FULL STOP}"
"""After these a label needs no colon: it ends a sentence, or parts by itself."""
_ROW_TAG = re.compile(r"\{%-?\s*tr\s+(.*?)-?%\}", re.DOTALL)
_ONE_VALUE = re.compile(r"\s*\{\{[pr]?\s+([A-Za-z_][\w.]*)\s*\}\}\s*")
_BLOCK_TAG = re.compile(r"\s*\{\{p\s.*\}\}\s*|\s*\{%.*%\}\s*", re.DOTALL)


def enlarge(parts: Parts, points: float, label: str = "{label}:", line: float = 1.35) -> dict[str, bytes]:
    """Make large print of this size; `label` is how a language writes a label before its value.

    `line` is the least height of a line: 1.35 of the font's own, less where a script's fonts are tall anyway.
    Raises ValueError below 16 points.
    """
    if points < SMALLEST:
        raise ValueError(f"Large print begins at {SMALLEST} points.")
    out = dict(parts)
    target, lines = round(points * 2), round(line * 240)
    styles = parse(parts["word/styles.xml"])
    ratio = target / _body_size(styles)
    _style_defaults(styles, lines)
    for ppr in list(styles.iter(w("pPr"))):
        _paragraph(ppr, ratio, lines)
    for look in list(styles.iter(w("rPr"))):
        _look(look, ratio, target)
    out["word/styles.xml"] = serialise(styles)
    for name in text_parts(parts):
        root = parse(parts[name])
        for table in list(root.iter(w("tbl"))):
            _table(table, label)
        for paragraph in list(root.iter(w("p"))):
            untab(paragraph, label, body=name == "word/document.xml")
        for ppr in list(root.iter(w("pPr"))):
            _paragraph(ppr, ratio, lines)
        if name != "word/document.xml":
            for number, paragraph in enumerate(root.iter(w("p"))):
                # Heads and feet stand on every page: close together, they leave it to the text.
                before = str(_AIR // 2 if number == 0 and local(root) == "ftr" else 0)
                put(properties(paragraph, "pPr"), "spacing", before=before, after="0", line="240", lineRule="auto")
                if next(paragraph.iter(w("t"), w("drawing"), w("fldSimple"), w("fldChar")), None) is None:
                    # An empty paragraph is the air below a letterhead; a whole line of it is a line less of text.
                    put(properties(paragraph, "pPr"), "spacing", line=str(_AIR), lineRule="exact")
        for look in list(root.iter(w("rPr"))):
            _look(look, ratio, target)
        for section in root.iter(w("sectPr")):
            _page(section)
        out[name] = serialise(root)
    if "word/numbering.xml" in parts:
        root = parse(parts["word/numbering.xml"])
        for ppr in root.iter(w("pPr")):
            _paragraph(ppr, ratio, lines)
        for look in root.iter(w("rPr")):
            _look(look, ratio, target)
        out["word/numbering.xml"] = serialise(root)
    return out


def _body_size(styles: Any) -> int:
    """Half-points of ordinary text: the Normal style's, else the document's default, else Word's own."""
    for style in styles.findall(w("style")):
        if style.get(w("type")) == "paragraph" and style.get(w("default")) in ("1", "true"):
            size = style.find(f"{w('rPr')}/{w('sz')}")
            if size is not None:
                return int(float(size.get(w("val"))))
    size = styles.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}/{w('sz')}")
    return int(float(size.get(w("val")))) if size is not None else 20


def _style_defaults(styles: Any, lines: int) -> None:
    defaults = properties(styles, "docDefaults")
    look = properties(properties(defaults, "rPrDefault"), "rPr")
    if look.find(w("sz")) is None:
        put(look, "sz", val="20")
    if look.find(w("szCs")) is None:
        put(look, "szCs", val=look.find(w("sz")).get(w("val")))
    ppr = properties(properties(defaults, "pPrDefault"), "pPr")
    spacing = put(ppr, "spacing")
    if spacing.get(w("line")) is None:
        spacing.set(w("line"), str(lines))
        spacing.set(w("lineRule"), "auto")
    if spacing.get(w("after")) is None:
        spacing.set(w("after"), "120")


def _look(look: Any, ratio: float, target: int) -> None:
    """Sizes in ratio; bold in place of italics and underline; small and block capitals as they were typed."""
    for name in ("sz", "szCs"):
        size = look.find(w(name))
        if size is not None:
            size.set(w("val"), str(max(target, round(float(size.get(w("val"))) * ratio))))
    if drop(look, "i", "iCs", "u"):
        put(look, "b")
        put(look, "bCs")
    drop(look, "caps", "smallCaps", "vertAlign", "position", "spacing", "w", "fitText", "effect")
    colour = look.find(w("color"))
    if colour is not None and _pale(colour.get(w("val"), "auto")):
        look.remove(colour)


def _pale(value: str) -> bool:
    """Whether a colour has less contrast on white than 7 to 1, WCAG's enhanced level."""
    if not re.fullmatch("[0-9A-Fa-f]{6}", value):
        return False
    light = 0.0
    for weight, at in ((0.2126, 0), (0.7152, 2), (0.0722, 4)):
        channel = int(value[at : at + 2], 16) / 255
        light += weight * (channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)
    return 1.05 / (light + 0.05) < 7


def _paragraph(ppr: Any, ratio: float, lines: int) -> None:
    """Text begins at its edge; spacing and indents grow; no line is squeezed into a fixed height."""
    drop(ppr, "jc", "framePr", "textAlignment")
    spacing = ppr.find(w("spacing"))
    if spacing is not None:
        for name in ("before", "after"):
            value = spacing.get(w(name))
            if value is not None and value.lstrip("-").isdigit():
                spacing.set(w(name), str(min(720, round(int(value) * ratio))))
        line, rule = spacing.get(w("line")), spacing.get(w("lineRule"), "auto")
        if line is not None:
            # A font that is tall as it is needs none of the air that the house gives its own.
            wide = int(line) if rule == "auto" and line.isdigit() and lines > 240 else 0
            spacing.set(w("line"), str(max(lines, wide)))
            spacing.set(w("lineRule"), "auto")
    indent = ppr.find(w("ind"))
    if indent is not None:
        for name in ("left", "start", "hanging", "firstLine", "right", "end"):
            value = indent.get(w(name))
            if value is not None and value.lstrip("-").isdigit():
                indent.set(w(name), str(round(int(value) * min(ratio, 2))))
    tabs = ppr.find(w("tabs"))
    if tabs is not None:
        # "Right" tabs of a footer: at this size the parts of a line may need two lines, each from its edge. A line
        # to sign on stays.
        for tab in list(tabs):
            if tab.get(w("leader"), "none") == "none":
                tabs.remove(tab)
            elif tab.get(w("pos"), "").isdigit():
                tab.set(w("pos"), str(min(A4[0] - 2 * _MARGIN, round(int(tab.get(w("pos"))) * ratio))))
        if not len(tabs):
            ppr.remove(tabs)
    if is_on(ppr.find(w("keepLines"))):
        drop(ppr, "keepLines")


def untab(paragraph: Any, label: str, *, body: bool) -> None:
    """Part a label and its value without a tab, which in large print leaves room for neither: by a colon in the
    body, by a new line elsewhere.

    A paragraph without a tab is left alone; so is a tab with nothing behind it, which draws the line to sign on.
    """
    last = None
    before = ""
    changed = False
    nodes = list(paragraph.iter(w("t"), w("tab")))
    while body and nodes and (local(nodes[-1]) == "tab" or not (nodes[-1].text or "").strip()):
        nodes.pop()
    for node in nodes:
        if local(node) == "t":
            before += node.text or ""
            last = node
            continue
        if local(node.getparent()) != "r":
            continue
        changed = True
        if last is None or not before.strip():
            node.getparent().remove(node)
        elif body:
            # The colon belongs to the label and looks like it.
            stop = "" if before.rstrip()[-1] in _STOPS else label.partition("{label}")[2]
            last.text = f"{(last.text or '').rstrip()}{stop}"
            node.tag = w("t")
            node.attrib.clear()
            node.text = " "
            node.set(XML_SPACE, "preserve")
        else:
            node.tag = w("br")
            node.attrib.clear()
    if changed:
        put(properties(paragraph, "pPr"), "ind", left="0", hanging="0")


def _page(section: Any) -> None:
    size = put(section, "pgSz", w=str(A4[0]), h=str(A4[1]))
    size.attrib.pop(w("orient"), None)
    margins = section.find(w("pgMar"))
    if margins is not None:
        for name in ("left", "right", "top", "bottom"):
            value = margins.get(w(name), "0").lstrip("-")
            margins.set(w(name), str(min(int(value), _MARGIN) if value.isdigit() and int(value) else _MARGIN))
        for name in ("header", "footer"):
            margins.set(w(name), str(_MARGIN // 2))
    columns = section.find(w("cols"))
    if columns is not None:
        section.remove(columns)


def _table(table: Any, label: str) -> None:
    rows = list(table.findall(w("tr")))
    blocks = labelled_rows(table)
    if blocks is None:
        _loosen(table, rows)
        return
    header, body = blocks
    parent = table.getparent()
    at = parent.index(table)
    labels = [_cell_paragraphs(cell) for cell in header.findall(w("tc"))]
    made: list[Any] = []
    for row in body:
        tag = _ROW_TAG.search(_row_text(row))
        made.extend([_tag_paragraph(f"{{%p {tag.group(1).strip()} %}}")] if tag else _block(row, labels, label))
    for number, paragraph in enumerate(made):
        parent.insert(at + number, paragraph)
    parent.remove(table)


def labelled_rows(table: Any) -> tuple[Any, list[Any]] | None:
    """The header row and the rows below it, tag rows included, of a table that becomes labelled blocks.

    None unless the table has one header row, one row that is repeated, and no merged cells (decision 34).
    """
    rows = table.findall(w("tr"))
    if len(rows) < 4 or table.findall(f".//{w('tbl')}"):
        return None
    header, *body = rows
    if _ROW_TAG.search(_row_text(header)):
        return None
    content = [row for row in body if not _ROW_TAG.search(_row_text(row))]
    loops = [row for row in body if re.search(r"\{%-?\s*tr\s+for\b", _row_text(row))]
    if len(content) != 1 or len(loops) != 1:
        return None
    both = (header, content[0])
    cells = [len(row.findall(w("tc"))) for row in both]
    merged = [next(row.iter(w("gridSpan"), w("vMerge"), w("hMerge")), None) for row in both]
    if cells[0] != cells[1] or any(element is not None for element in merged):
        return None
    return header, body


def _row_text(row: Any) -> str:
    return "".join(plain(paragraph) for paragraph in row.iter(w("p")))


def _cell_paragraphs(cell: Any) -> list[Any]:
    return list(cell.findall(w("p")))


def _block(row: Any, labels: Sequence[list[Any]], label: str) -> list[Any]:
    """One repeated row as lines: the column's heading in bold, then what stood in the cell.

    The lines of a row stay on one page as far as something follows in the row, and never with the next row.
    """
    out: list[Any] = []
    cells = row.findall(w("tc"))
    values = [_ONE_VALUE.fullmatch("".join(map(plain, _cell_paragraphs(cell)))) for cell in cells]
    for number, (cell, heading) in enumerate(zip(cells, labels, strict=True)):
        content = [copy.deepcopy(paragraph) for paragraph in _cell_paragraphs(cell)]
        for kept in (ppr for paragraph in content if (ppr := paragraph.find(w("pPr"))) is not None):
            drop(kept, "keepNext")  # it holds a table together, which its blocks have outgrown
        words = [paragraph for paragraph in heading if plain(paragraph).strip()]
        if not words:
            out.extend(content)
            continue
        runs = _label_runs(words, label)
        alone = not content or _BLOCK_TAG.fullmatch(plain(content[0]))
        first = etree.Element(w("p")) if alone else content[0]
        ppr = properties(first, "pPr")
        if alone:
            # The label takes the cell's own look, not the header's, which may be white on a dark ground.
            if content and (style := content[0].find(f"{w('pPr')}/{w('pStyle')}")) is not None:
                put(ppr, "pStyle", val=style.get(w("val")))
            put(ppr, "keepNext")
            content.insert(0, first)
        else:
            runs.append(_run(" ", None))
        first[1:1] = runs
        value, later = values[number], values[number + 1 :]
        if number == 0:
            # The first column always prints, so that each block has its rule above.
            _rule_above(ppr)
        elif value is None:
            if later and not alone:
                put(ppr, "keepNext")
        else:
            # In a table an empty cell is seen as empty; a label with nothing behind it reads like a mistake.
            name = value.group(1)
            branch = f"{{%p if {name} %}}"
            if not alone and all(later) and later:
                kept = copy.deepcopy(content)
                put(properties(kept[0], "pPr"), "keepNext")
                both = " or ".join(f"{name} and {other.group(1)}" for other in later if other)
                out.extend([_tag_paragraph(f"{{%p if {both} %}}"), *kept])
                branch = f"{{%p elif {name} %}}"
            content = [_tag_paragraph(branch), *content, _tag_paragraph("{%p endif %}")]
        out.extend(content)
    return out


def _label_runs(heading: Sequence[Any], label: str) -> list[Any]:
    """The heading's words in bold and in no other look of the header row, with the language's colon."""
    before, _, after = label.partition("{label}")
    runs = []
    source = heading[0].find(f".//{w('r')}/{w('rPr')}")
    look = etree.Element(w("rPr"))
    for kept in ("rtl", "lang"):
        if source is not None and (element := source.find(w(kept))) is not None:
            look.append(copy.deepcopy(element))
    put(look, "b")
    put(look, "bCs")
    for text in (before, " ".join(plain(paragraph).strip() for paragraph in heading).rstrip(":"), after):
        if text:
            runs.append(_run(text, look))
    return runs


def _run(text: str, look: Any) -> Any:
    run = etree.Element(w("r"))
    if look is not None:
        run.append(copy.deepcopy(look))
    node = etree.SubElement(run, w("t"))
    node.text = text
    node.set(XML_SPACE, "preserve")
    return run


def _tag_paragraph(tag: str) -> Any:
    paragraph = etree.Element(w("p"))
    paragraph.append(_run(tag, None))
    return paragraph


def _rule_above(ppr: Any) -> None:
    """A line and some air before each block, so that one entry is told from the next."""
    borders = put(ppr, "pBdr")
    for element in list(borders):
        borders.remove(element)
    etree.SubElement(borders, w("top"), {w("val"): "single", w("sz"): "8", w("space"): "6", w("color"): "auto"})
    put(ppr, "spacing", before="240")
    put(ppr, "keepNext")


def _loosen(table: Any, rows: Sequence[Any]) -> None:
    """Another table keeps its rows, but no fixed widths and heights: its words decide."""
    tblpr = properties(table, "tblPr")
    drop(tblpr, "tblpPr", "tblInd", "jc")
    put(tblpr, "tblW", type="pct", w="5000")
    put(tblpr, "tblLayout", type="autofit")
    for row in rows:
        for height in row.iter(w("trHeight")):
            height.set(w("hRule"), "atLeast")
        for cell in row.findall(w("tc")):
            ppr = cell.find(w("tcPr"))
            if ppr is not None:
                drop(ppr, "noWrap", "tcFitText", "textDirection")
