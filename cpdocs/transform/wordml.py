"""WordprocessingML by its own names: parse a part, walk its paragraphs, put a property where the schema
wants it.

Parts of a .docx are a mapping of part name to bytes. The order of the elements below `w:pPr`, `w:rPr` and
their like is fixed by the standard, and Word refuses a file that breaks it: `put` keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from cpdocs.parts import PackageError

Parts = Mapping[str, bytes]

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"

# ECMA-376 part 1, 17.3 and 17.4: the sequences of CT_PPr, CT_RPr, CT_TblPr, CT_SectPr and CT_TrPr's parent
# types.
_ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers"
    " pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct"
    " autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing"
    " mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl"
    " divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint"
    " noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u"
    " effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath"
    " rPrChange",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc"
    " tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption"
    " tblDescription tblPrChange",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders"
    " lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter"
    " docGrid printerSettings sectPrChange",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed"
    " qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr"
    " tblStylePr",
    "docDefaults": "rPrDefault pPrDefault",
    "rPrDefault": "rPr",
    "pPrDefault": "pPr",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
}
_PLACE = {parent: {name: at for at, name in enumerate(text.split())} for parent, text in _ORDER.items()}


def w(name: str) -> str:
    """`p` in, `{namespace}p` out."""
    return f"{{{W}}}{name}"


def local(element: Any) -> str:
    """An element's name without its namespace; "" for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def parse(data: bytes) -> Any:
    """One part's bytes in, its root element out; entities stay unread and nothing is fetched.

    Raises PackageError for a part that isn't XML: a file that came back may be damaged.
    """
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as error:
        raise PackageError("The file is damaged.") from error


def serialise(root: Any) -> bytes:
    """The inverse of parse, always with the same declaration."""
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
    return data


def put(parent: Any, name: str, **attributes: str) -> Any:
    """The child `w:name` of a property element, made at its right place if it isn't there, with these
    attributes.
    """
    child = parent.find(w(name))
    if child is None:
        child = etree.Element(w(name))
        places = _PLACE[local(parent)]
        mine = places.get(name, len(places))
        at = 0
        for number, sibling in enumerate(parent):
            if places.get(local(sibling), len(places)) <= mine:
                at = number + 1
        parent.insert(at, child)
    for key, value in attributes.items():
        child.set(w(key), value)
    return child


def drop(parent: Any, *names: str) -> bool:
    """Take these children away; says whether one of them was switched on."""
    was_on = False
    for name in names:
        for child in parent.findall(w(name)):
            was_on = was_on or is_on(child)
            parent.remove(child)
    return was_on


def is_on(child: Any) -> bool:
    """Whether a switch such as `w:b` or `w:u` says yes."""
    return child is not None and child.get(w("val"), "1") not in ("0", "false", "off", "none")


def properties(element: Any, name: str) -> Any:
    """`w:pPr`, `w:rPr` or the like of an element, made as its first child if it has none."""
    found = element.find(w(name))
    if found is None:
        if local(element) in _PLACE:
            return put(element, name)
        found = etree.Element(w(name))
        first = 1 if len(element) and local(element[0]) in ("tblPrEx",) else 0
        element.insert(first, found)
    return found


def text_parts(parts: Parts) -> list[str]:
    """Names of the parts that hold a document's words: the body first, then headers, footers and notes."""
    notes = re.compile(r"word/(header|footer)[0-9]*\.xml|word/(footnotes|endnotes)\.xml")
    return [name for name in ("word/document.xml",) if name in parts] + sorted(
        name for name in parts if notes.fullmatch(name)
    )


def paragraphs(root: Any) -> Iterator[Any]:
    """Every paragraph of a part in reading order, those in table cells included."""
    yield from root.iter(w("p"))


def plain(paragraph: Any) -> str:
    """The text of a paragraph as it stands, tags and all."""
    return "".join(node.text or "" for node in paragraph.iter(w("t")))
