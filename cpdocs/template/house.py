"""One package out of two: a template's text with the house file's letterhead, styles and numbering.

Styles, numbering, theme, fonts, settings, headers and footers come from the house file; so do page size and
margins, unless the template's page lies on its side. Parts get fixed names and relationship ids in a fixed
order, so the same files always make the same package.
"""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Mapping

from lxml import etree

from cpdocs import parts as packages
from cpdocs import wordtext
from cpdocs.template.compiled import DECLARATION as _TEXT
from cpdocs.template.package import DC, HOUSE, IMAGES, MOST, OFFICE, SINGLE, A, Package, R, is_on, sections
from cpdocs.template.place import W, place, text_near
from cpdocs.template.problem import Problem

DECLARATION = _TEXT.encode()
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
TYPES = {
    "document": WORD + "document.main+xml",
    "styles": WORD + "styles+xml",
    "numbering": WORD + "numbering+xml",
    "settings": WORD + "settings+xml",
    "fontTable": WORD + "fontTable+xml",
    "header": WORD + "header+xml",
    "footer": WORD + "footer+xml",
    "theme": "application/vnd.openxmlformats-officedocument.theme+xml",
    "core": "application/vnd.openxmlformats-package.core-properties+xml",
}
NAMES = {"theme": "word/theme/theme1.xml"}
CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_CORE_NS = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_BEFORE_TITLE_PAGE = {
    "headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc",
    "pgBorders", "lnNumType", "pgNumType", "cols", "formProt", "vAlign", "noEndnote",
}  # fmt: skip
_PAGES = ("first", "default", "even")
_KEPT_PREFIXES = ("w", "r", "wp", "a", "pic")


class _Relations:
    """The relationships of one part, numbered as they are added."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, kind: str, target: str) -> str:
        rid = f"rId{len(self.lines) + 1}"
        type_ = kind if "/" in kind else OFFICE + kind
        self.lines.append(f'<Relationship Id="{rid}" Type="{type_}" Target="{target}"/>')
        return rid

    def xml(self) -> bytes:
        body = "".join(self.lines)
        return DECLARATION + f'<Relationships xmlns="{_RELATIONS}">{body}</Relationships>'.encode()


def combine(template: Package, house: Package | None) -> dict[str, bytes]:
    """Put template and house together into a complete package, parts by name."""
    look = house or template
    out: dict[str, bytes] = {}
    types: dict[str, str] = {"/word/document.xml": TYPES["document"], "/docProps/core.xml": TYPES["core"]}
    media: dict[bytes, str] = {}
    relations = _Relations()
    for kind in SINGLE:
        if kind in look.single:
            name = NAMES.get(kind, f"word/{kind}.xml")
            out[name] = _serialised(look.single[kind])
            types["/" + name] = TYPES[kind]
            relations.add(kind, posixpath.relpath(name, "word"))
    document = template.document
    references = []
    for number, (kind, page, rid) in enumerate(heads(look), 1):
        name = f"word/{kind}{number}.xml"
        tree = copy.deepcopy(look.headers[rid])
        own = _Relations()
        _embed(tree, rid, look, own, media, out, types)
        out[name] = _serialised(tree)
        types["/" + name] = TYPES[kind]
        if own.lines:
            out[f"word/_rels/{kind}{number}.xml.rels"] = own.xml()
        references.append((kind, page, relations.add(kind, posixpath.basename(name))))
    _rewire(document, look.document, references, house is not None)
    _embed(document, "", template, relations, media, out, types)
    out["word/document.xml"] = _serialised(document)
    out["word/_rels/document.xml.rels"] = relations.xml()
    out["docProps/core.xml"] = core(template.title or look.title)
    package = _Relations()
    package.add("officeDocument", "word/document.xml")
    package.add(CORE, "docProps/core.xml")
    out["_rels/.rels"] = package.xml()
    out[packages.CONTENT_TYPES] = _content_types(types, sorted({n.rsplit(".", 1)[1] for n in media.values()}))
    return {name: out[name] for name in packages.in_order(out)}


def core(title: str) -> bytes:
    """The properties of a document: its title and nothing else, no author and no dates."""
    properties = etree.Element(f"{{{_CORE_NS}}}coreProperties", nsmap={"cp": _CORE_NS, "dc": DC[1:-1]})
    etree.SubElement(properties, DC + "title").text = title
    return _serialised(properties)


def _serialised(root: etree._Element) -> bytes:
    etree.cleanup_namespaces(root, keep_ns_prefixes=[p for p in _KEPT_PREFIXES if p in root.nsmap])
    return DECLARATION + etree.tostring(root, encoding="unicode").encode()


def heads(look: Package) -> list[tuple[str, str, str]]:
    """(header or footer, which page, relationship id) as the last section of the house's document has them.

    What a section doesn't say it has from the one before it.
    """
    found: dict[tuple[str, str], str] = {}
    for section in sections(look.document):
        for kind in ("header", "footer"):
            for reference in section.findall(W + f"{kind}Reference"):
                rid, page = reference.get(R + "id", ""), reference.get(W + "type", "default")
                if rid in look.headers and page in _PAGES:
                    found[kind, page] = rid
    order = [(kind, page) for kind in ("footer", "header") for page in _PAGES]
    return [(kind, page, found[kind, page]) for kind, page in order if (kind, page) in found]


def _rewire(
    document: etree._Element, look: etree._Element, references: list[tuple[str, str, str]], foreign: bool
) -> None:
    """Give the document's first section these headers and footers; later sections inherit them."""
    body = document.find(W + "body")
    if body is None:
        return
    if body.find(W + "sectPr") is None:
        etree.SubElement(body, W + "sectPr")
    models = list(sections(look))
    model = models[-1] if models else None
    for number, section in enumerate(list(sections(document))):
        for old in [*section.findall(W + "headerReference"), *section.findall(W + "footerReference")]:
            section.remove(old)
        if foreign:
            for old in section.findall(W + "titlePg"):
                section.remove(old)
            size = section.find(W + "pgSz")
            if model is not None and (size is None or size.get(W + "orient") != "landscape"):
                _copy_page(section, model)
            if number == 0 and model is not None and model.find(W + "titlePg") is not None:
                section.insert(_after(section, _BEFORE_TITLE_PAGE), etree.Element(W + "titlePg"))
        if number == 0:
            for at, (kind, page, rid) in enumerate(references):
                reference = etree.Element(W + f"{kind}Reference")
                reference.set(W + "type", page)
                reference.set(R + "id", rid)
                section.insert(at, reference)


def _copy_page(section: etree._Element, model: etree._Element) -> None:
    for name, before in (
        ("pgSz", {"headerReference", "footerReference", "footnotePr", "endnotePr", "type"}),
        ("pgMar", {"headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz"}),
    ):
        wanted = model.find(W + name)
        if wanted is not None:
            for old in section.findall(W + name):
                section.remove(old)
            section.insert(_after(section, before), copy.deepcopy(wanted))


def _after(section: etree._Element, names: set[str]) -> int:
    return sum(1 for child in section if etree.QName(child).localname in names)


def _embed(
    tree: etree._Element,
    part: str,
    source: Package,
    relations: _Relations,
    media: dict[bytes, str],
    out: dict[str, bytes],
    types: dict[str, str],
) -> None:
    """Take over a part's pictures; the same picture is kept once."""
    ids: dict[str, str] = {}
    for blip in tree.iter(A + "blip"):
        old = blip.get(R + "embed", "")
        if (part, old) not in source.images:
            continue
        ending, data = source.images[part, old]
        if data not in media:
            media[data] = f"word/media/image{len(media) + 1}.{ending}"
            out[media[data]] = data
        if old not in ids:
            ids[old] = relations.add("image", posixpath.relpath(media[data], "word"))
        blip.set(R + "embed", ids[old])


def _content_types(types: dict[str, str], endings: list[str]) -> bytes:
    lines = [
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
        '<Default Extension="xml" ContentType="application/xml"/>',
        *(f'<Default Extension="{e}" ContentType="{IMAGES[e][1]}"/>' for e in endings),
        *(f'<Override PartName="{name}" ContentType="{types[name]}"/>' for name in sorted(types)),
    ]
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return DECLARATION + f'<Types xmlns="{space}">{"".join(lines)}</Types>'.encode()


def bad_styles(template: Package, look: Package) -> list[Problem]:
    """Styles that the house file doesn't have, for which Word would silently use Normal, and those that hide text."""
    styles = look.single.get("styles")
    if styles is None:
        return [Problem("It has no styles.", HOUSE, help="Save it in Word as a .docx.")]
    known = {style.get(W + "styleId", "") for style in styles.iter(W + "style")}
    used: dict[str, etree._Element] = {}
    for kind in ("pStyle", "rStyle", "tblStyle"):
        for element in template.document.iter(W + kind):
            used.setdefault(element.get(W + "val", ""), element)

    problems = [
        Problem(
            f"It uses the style “{name}”, which the house file doesn't have.", place(element), text_near(element),
            "Use one of the house file's styles.",
        )
        for name, element in [one for one in used.items() if one[0] not in known][:MOST]
    ]  # fmt: skip
    if look is not template:
        problems += [
            Problem(f"It has no style “{name}”, which free text is set in.", HOUSE, help="Start from ours.")
            for name in wordtext.STYLES.values() if name not in known
        ]  # fmt: skip
        lists = [list_ for list_ in template.document.iter(W + "numId") if list_.get(W + "val") != "0"]
        problems += [
            Problem(
                "It has a list of its own, and another of the house file's would be printed in its place.",
                place(list_), text_near(list_), "Use the styles List Bullet and List Number, not the buttons.",
            )
            for list_ in lists[:MOST]
        ]  # fmt: skip
    return problems + _hiding(styles, used, look)


def _hiding(styles: etree._Element, used: Mapping[str, etree._Element], look: Package) -> list[Problem]:
    """Styles whose text nobody would see: those the template, the letterhead, free text and plain text are set in."""
    above = {use.get(W + "val", "") for root in look.headers.values() for use in root.iter(W + "pStyle", W + "rStyle")}
    defaults = styles.find(W + "docDefaults")
    everything = defaults is not None and any(map(is_on, defaults.iter(W + "vanish")))
    hidden: set[str] = set()
    plain = set()
    below: dict[str, list[str]] = {}
    for style in styles.iter(W + "style"):
        id, based = style.get(W + "styleId", ""), style.find(W + "basedOn")
        switch = next(style.iter(W + "vanish"), None)
        if switch is not None:
            hidden |= {id} if is_on(switch) else set()
        elif based is not None:
            below.setdefault(based.get(W + "val", ""), []).append(id)
        elif everything:
            hidden.add(id)
        if style.get(W + "default") in ("1", "true"):
            plain.add(id)
    new = list(hidden)
    while new:
        new = [id for base in new for id in below.pop(base, ())]
        hidden.update(new)
    return [
        Problem(
            f"Text in the style “{id}” is hidden.", place(used[id]) if id in used else HOUSE,
            help="Modify the style: Format > Font, and take the tick from Hidden.",
        )
        for id in sorted(hidden & {*used, *above, *plain, *wordtext.STYLES.values()})[:MOST]
    ]  # fmt: skip
