"""A Word file from outside, taken in: its parts as trees, cleaned, with everything dangerous refused.

What isn't on a list here isn't taken over. Dropped in silence, because it says nothing on paper: properties
(author, dates), custom XML, thumbnails, revision marks of editing sessions, bookmarks, proofing marks, what other
programs keep for themselves. Refused, because it shows, hides or does something: macros, embedded and linked
objects, fields that fetch or run, outside links, tracked changes, comments, hidden text, text boxes, notes,
equations.
"""

from __future__ import annotations

import posixpath
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from cpdocs import parts as packages
from cpdocs.template.place import W, paragraphs, place, text_near
from cpdocs.template.problem import Problem

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
DC = "{http://purl.org/dc/elements/1.1/}"

HOUSE = "the house file"
MOST = 100
"""Problems told of one file."""
SINGLE = ("styles", "numbering", "settings", "fontTable", "theme")
"""The parts a document has one of, by the last word of their relationship."""
_ROOTS = {
    **{kind: W + kind for kind in ("document", "styles", "numbering", "settings")},
    "fontTable": W + "fonts", "theme": A + "theme", "header": W + "hdr", "footer": W + "ftr",
}  # fmt: skip
"""What each kind of part is, whatever its relationship calls it."""

IMAGES = {"png": (b"\x89PNG\r\n", "image/png"), "jpeg": (b"\xff\xd8\xff", "image/jpeg"),
          "jpg": (b"\xff\xd8\xff", "image/jpeg"), "gif": (b"GIF8", "image/gif")}  # fmt: skip

FIELDS = {"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"}
"""Fields that only count pages; every other field fetches, runs, remembers or may change later."""

MAX_PARAGRAPH = 20_000
"""Characters of one paragraph of a template."""
MAX_BRACES = 2_000
"""Opening braces of one paragraph."""
MAX_TAGS = 5_000
"""Of one file. The longest shipped template has 1,200."""
MAX_ELEMENTS = 40_000
"""Of one file, all its parts together. The longest shipped template has 9,000."""
MAX_TEXT = 2_000_000
"""Bytes of one file's XML. The longest shipped template has 260,000."""
MAX_QUOTES = 2_000
"""Quotation marks between two tags: so many attributes has no element of Word's."""
MAX_TITLE = 1_000
MAX_HEADERS = 100
MAX_NESTED = 5
"""Tables in cells of tables, or paragraphs in paragraphs (a text box): each costs the words of all within it."""

_TRACKED = {
    "ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange", "rPrChange",
    "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange", "tblPrExChange",
    "delText", "delInstrText", "moveFromRangeStart", "moveToRangeStart", "customXmlInsRangeStart",
    "customXmlDelRangeStart",
}  # fmt: skip
_REFUSED = {
    **dict.fromkeys(_TRACKED, ("It holds tracked changes.", "Accept or reject all changes, then save.")),
    **dict.fromkeys(
        ("commentReference", "commentRangeStart", "commentRangeEnd", "annotationRef"),
        ("It holds a comment.", "Delete all comments, then save."),
    ),
    **dict.fromkeys(
        ("object", "control", "movie", "altChunk", "subDoc", "OLEObject", "ocx", "contentPart"),
        ("It holds an embedded object.", "Delete it; type the text, or use a picture."),
    ),
    **dict.fromkeys(
        ("pict", "txbxContent", "AlternateContent", "background"),
        ("It holds a text box or an old drawing, which some readers and screen readers miss.",
         "Type its text in a paragraph, or use a picture in line with the text."),
    ),
    **dict.fromkeys(
        ("footnoteReference", "endnoteReference"),
        ("It holds a footnote or endnote, which large print and screen readers lose.", "Put it in the text."),
    ),
    **dict.fromkeys(
        ("dataBinding", "docVars", "mailMerge", "attachedTemplate"),
        ("It draws on something outside the document.", "Type the text, or use a tag."),
    ),
    **dict.fromkeys(
        ("pgNum", "dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong"),
        ("It holds a date or number that changes by itself.", "Delete it; for a page number use Insert > Page Number."),
    ),
    "oMath": ("It holds an equation, which large print and translations lose.", "Type it as text."),
    "showingPlcHdr": ("It holds a box to fill in, whose prompt would be printed.", "Delete the box, or type its text."),
}  # fmt: skip
_REFUSED_ANYWHERE = {"AlternateContent", "OLEObject", "oMath"}
"""Those that aren't of Word's own namespace."""
_UNWRAP = {"smartTag", "customXml", "sdt", "sdtContent", "hyperlink", "dir", "bdo"}
_DROP = {
    "bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd", "lastRenderedPageBreak", "rsids",
    "rsid", "smartTagPr", "customXmlPr", "embedRegular", "embedBold", "embedItalic",
    "embedBoldItalic", "moveFromRangeEnd", "moveToRangeEnd", "tblGridChange", "printerSettings", "fldData", "ffData",
}  # fmt: skip
_OPEN = "http://schemas.openxmlformats.org/"
_KNOWN = (_OPEN, "http://schemas.microsoft.com/office/drawing/", "http://schemas.microsoft.com/office/thememl/")
"""The namespaces of what is taken over; in others newer versions of Word, and other programs, keep their own."""
_COMPATIBILITY = f"{{{_OPEN}markup-compatibility/2006}}"
_XML = "http://www.w3.org/XML/1998/namespace"
_POINTS_TO_PARTS = {W + "headerReference", W + "footerReference", A + "blip"}
"""Nothing else may: the part isn't taken over, and Word would call the finished document damaged."""
_NUMBERS = {"gridSpan": ("val", False), "gridCol": ("w", True), "sz": ("val", True), "szCs": ("val", True),
            "num": ("numId", False)}  # fmt: skip
"""What is counted with here: the attribute, and whether it may have a fraction, as other programs write it."""
_TAG = re.compile(r"\{[{%#]|[}%#]\}")
_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
_WHOLE = re.compile(r"[0-9]{1,6}")
_FRACTION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,20})?")
_FILE = re.compile(r"\b[A-Z]:[\\/]|\\\\|/(?:Users|home)/|\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf)\s*\Z", re.I)
_UNFINISHED = ("It holds a field that isn't finished.", "Delete the field and insert it again.")
_SAVE_AGAIN = "Open it in Word and save it again as a .docx."
SETTINGS = {
    "zoom", "mirrorMargins", "bordersDoNotSurroundHeader", "bordersDoNotSurroundFooter", "gutterAtTop",
    "defaultTabStop", "autoHyphenation", "consecutiveHyphenLimit", "hyphenationZone", "doNotHyphenateCaps",
    "evenAndOddHeaders", "characterSpacingControl", "compat", "themeFontLang", "clrSchemeMapping",
    "decimalSymbol", "listSeparator",
}  # fmt: skip


@dataclass(slots=True)
class Package:
    """A Word file taken in: its trees by name, its pictures, and what is wrong with it."""

    document: etree._Element
    single: dict[str, etree._Element] = field(default_factory=dict)
    headers: dict[str, etree._Element] = field(default_factory=dict)
    """Headers and footers by the relationship id that the document's sections use."""
    labels: dict[str, str] = field(default_factory=dict)
    """What to call each of them in a message."""
    images: dict[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)
    """(the header's relationship id, or "" for the document; the picture's own id) -> its ending and bytes."""
    title: str = ""
    problems: list[Problem] = field(default_factory=list)


class _Unreadable(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def take_in(data: bytes, name: str = "") -> tuple[Package | None, list[Problem]]:
    """Read and clean a Word file. Gives None for the package if it can't be read at all."""
    where = name or "the file"
    try:
        reader = _Reader(packages.read(data), where)
    except packages.PackageError as error:
        return None, [Problem(error.message, where, help=error.help)]
    try:
        return reader.package()
    except _Unreadable as error:
        return None, [*reader.problems, error.problem]


class _Reader:
    def __init__(self, files: dict[str, bytes], where: str) -> None:
        self.files = files
        self.where = where
        self.prefix = "the house file, " if where == HOUSE else ""
        self.problems: list[Problem] = []
        self._told: set[tuple[etree._Element, str]] = set()
        self._elements = self._text = self._tags = 0

    def package(self) -> tuple[Package | None, list[Problem]]:
        self._refuse_parts()
        main = next((target for kind, target, _ in self._relations("").values() if kind == "officeDocument"), "")
        if main not in self.files:
            raise self._unreadable("The file isn't a Word document (.docx).")
        package = Package(self._tree(main), problems=self.problems)
        if package.document.tag != W + "document" or package.document.nsmap.get("w") != W[1:-1]:
            raise self._unreadable(
                "The file isn't an ordinary Word document.", "Save it in Word as “Word Document (.docx)”, not Strict."
            )
        if len(package.document.findall(W + "body")) != 1:
            raise self._unreadable("The file is damaged.")
        self._clean(package.document, "")
        for rid, (kind, target, external) in self._relations(main).items():
            if external:
                continue
            if kind in SINGLE and target in self.files:
                package.single[kind] = self._tree(target, kind)
                self._clean(package.single[kind], kind)
            elif kind in ("header", "footer") and target in self.files:
                if len(package.headers) >= MAX_HEADERS:
                    raise self._unreadable(f"It has more than {MAX_HEADERS} headers and footers.", "Use fewer.")
                label = package.labels[rid] = f"{self.prefix}the {kind} “{posixpath.basename(target)}”"
                package.headers[rid] = self._tree(target, kind)
                self._clean(package.headers[rid], label)
                self._images(package, target, rid, label)
        self._images(package, main, "", "")
        package.title = self._title()
        return package, self.problems

    def _problem(self, message: str, help: str = "", place: str = "", near: str = "") -> None:
        problem = Problem(message, place or self.where, near, help)
        if problem not in self.problems:
            self.problems.append(problem)

    def _unreadable(self, message: str, help: str = _SAVE_AGAIN) -> _Unreadable:
        return _Unreadable(Problem(message, self.where, help=help))

    def _refuse_parts(self) -> None:
        types = self.files.get(packages.CONTENT_TYPES, b"").lower()
        for name in self.files:
            low = name.lower()
            if "vba" in low or low.endswith("attachedtoolbars.bin"):
                self._problem("It holds macros.", "Save it as a Word Document (.docx) without macros.")
            elif "activex" in low or "/embeddings/" in low or "customui" in low or "ctrlprops" in low:
                self._problem("It holds an embedded object or control.", "Delete it, then save.")
            elif posixpath.basename(low).startswith("comments"):
                if b"<w:comment " in self.files[name]:
                    self._problem("It holds comments.", "Delete all comments, then save.")
            elif "/afchunk" in low or low.endswith((".html", ".htm", ".mht", ".rtf", ".exe", ".docm", ".dotm")):
                self._problem("It holds a file that no letter needs.", "Delete embedded objects, then save.")
            if low.endswith(".rels"):
                self._outside(name)
        if b"macroenabled" in types or b"vbaproject" in types:
            self._problem("It holds macros.", "Save it as a Word Document (.docx) without macros.")

    def _outside(self, name: str) -> None:
        for relation in self._tree(name).iter(REL + "Relationship"):
            kind = relation.get("Type", "").rsplit("/", 1)[-1]
            target = relation.get("Target", "")
            if relation.get("TargetMode", "").lower() == "external" or "://" in target or target.startswith("\\\\"):
                if kind == "hyperlink":
                    self._problem(
                        "It holds a link.", "Remove the link (Ctrl+Shift+F9) and type the address as text."
                    )
                elif kind == "attachedTemplate":
                    self._problem(
                        "It is attached to a template elsewhere.", "File > Options > Add-ins > Templates: detach it."
                    )
                else:
                    self._problem("It draws on something outside the document.", "Insert the picture itself.")

    def _relations(self, part: str) -> dict[str, tuple[str, str, bool]]:
        folder, base = posixpath.split(part)
        name = posixpath.join(folder, "_rels", base + ".rels") if part else "_rels/.rels"
        if name not in self.files:
            return {}
        found = {}
        for relation in self._tree(name).iter(REL + "Relationship"):
            target = relation.get("Target", "")
            target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            kind = relation.get("Type", "").rsplit("/", 1)[-1]
            external = relation.get("TargetMode", "").lower() == "external"
            found[relation.get("Id", "")] = (kind, target, external)
        return found

    def _tree(self, name: str, kind: str = "") -> etree._Element:
        data = self.files[name]
        declared = _ENCODING.match(data)
        if not data.removeprefix(BOM_UTF8).lstrip().startswith(b"<") or (declared and declared[1].lower() != b"utf-8"):
            # in another one what is looked for below would look otherwise
            raise self._unreadable("A part of the file is damaged, or isn't in the encoding that Word uses (UTF-8).")
        if b"\x00" in data or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise self._unreadable("The file holds a document type or entities, which Word never writes.")
        self._text += len(data)
        self._elements += data.count(b"<")
        if self._elements > 2 * MAX_ELEMENTS or self._text > MAX_TEXT:  # counted before they cost memory
            raise self._unreadable("The file is far larger than any letter.", "Use a shorter template.")
        for piece in data.split(b"<"):  # the parser compares each attribute of an element with all of its others
            if len(piece) > MAX_QUOTES and piece.count(b'"') + piece.count(b"'") > MAX_QUOTES:
                raise self._unreadable("The file is damaged.")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self._unreadable("The file is damaged.") from error
        if kind and root.tag != _ROOTS[kind]:
            raise self._unreadable("The file is damaged.")
        return root

    def _clean(self, root: etree._Element, label: str) -> None:
        """Refuse what acts or hides, drop what only identifies; `label` is "" for the document itself."""
        for element in list(root.iter(_COMPATIBILITY + "AlternateContent")):
            _as_in_older_word(element)
        for element in list(root.iter()):
            known, local, word = _name(element.tag)
            if local in _REFUSED and (word or local in _REFUSED_ANYWHERE) and label != "settings":
                # a form field's properties have no words to look for, the field has
                of_a_field = local in ("showingPlcHdr", "dataBinding")
                told = next(element.iterancestors(W + "sdt"), element) if of_a_field else element
                self._at(told, label, *_REFUSED[local])
            elif word and local in ("vanish", "specVanish", "webHidden") and is_on(element):
                if _in_text(element):
                    self._at(element, label, "It holds hidden text.", "Show it or delete it (Home > ¶).")
            elif word and local == "fldSimple":
                self._field(element, element.get(W + "instr", ""), label)
            elif not known or (word and local in _DROP) or (word and local == "rStyle" and _is_a_tools(element)):
                if not known and next(element.iter(W + "t"), None) is not None and not _in_a_box(element):
                    self._at(element, label, "It holds text of another program.", "Type the text again in Word.")
                _take_out(element)
                continue
            if word and local in _NUMBERS:
                name, fraction = _NUMBERS[local]
                if not (_FRACTION if fraction else _WHOLE).fullmatch(element.get(W + name, "")):
                    raise self._beyond(element, label, "The file is damaged here: a number is missing.", _SAVE_AGAIN)
            attributes: list[tuple[str, str]] = element.items()  # type: ignore[assignment]  # never bytes
            for key, value in attributes:
                points = key.startswith(R) and (element.tag not in _POINTS_TO_PARTS or label in SINGLE)
                if points or _only_identifies(key) or (word and key[0] != "{"):  # all of Word's own have a namespace
                    del element.attrib[key]
                elif len(value) > 20 and value.isdecimal():
                    raise self._beyond(element, label, "The file is damaged here.", _SAVE_AGAIN)
                elif "{" in value or "}" in value:
                    self._hidden_tag(element, label, value)
            for text in (element.text if local not in ("t", "instrText") else "", element.tail):
                if text and ("{" in text or "}" in text):
                    self._hidden_tag(element, label, text)
            if word and local not in ("t", "instrText"):  # Word shows no words that stand elsewhere
                element.text = None
                for child in element:
                    child.tail = None
        for element in list(root.iter(W + "sdtPr", W + "sdtEndPr")):
            _take_out(element)
        for element in list(root.iter(*(W + tag for tag in _UNWRAP))):
            _unwrap(element)
        if label == "settings":
            for element in list(root):
                if etree.QName(element).localname in ("attachedTemplate", "mailMerge"):
                    self._at(element, label, *_REFUSED[etree.QName(element).localname])
                if etree.QName(element).localname not in SETTINGS or not element.tag.startswith(W):
                    root.remove(element)
        if not label or label.startswith("the "):
            self._fields(root, label)
            self._measure(root, label)

    def _hidden_tag(self, element: etree._Element, label: str, text: str) -> None:
        """Refuse braces that make a tag where nobody sees it; docxtpl would read on from there to the next one."""
        if _TAG.search(text):
            self._at(element, label, f"A tag stands in a hidden part ({text[:40]}).", "Type it in the text, or not.")

    def _at(self, element: etree._Element, label: str, message: str, help: str) -> None:
        # told once of a paragraph: to say where one stands costs by the length of all before it
        around = element if element.tag == W + "p" else next(element.iterancestors(W + "p"), element.getparent())
        told = (element if around is None else around, message)
        if len(self._told) < MOST and told not in self._told:
            self._told.add(told)
            prefix = "" if label.startswith(self.prefix) else self.prefix
            self._problem(message, help, prefix + place(element, label), text_near(element))

    def _fields(self, root: etree._Element, label: str) -> None:
        """Complex fields: what stands between begin and separate, put together over its runs.

        A field must end in the paragraph it begins in: Word takes what follows an open one for its instruction,
        and a condition between the two ends could leave one of them out.
        """
        open_: list[tuple[etree._Element | None, list[str]]] = []
        for element in root.iter(W + "fldChar", W + "instrText"):
            paragraph = next(element.iterancestors(W + "p"), None)
            if element.tag == W + "instrText":
                if not open_:
                    self._field(element, element.text or "", label)
                else:
                    open_[-1][1].append(element.text or "")
                continue
            kind = element.get(W + "fldCharType")
            if kind == "begin":
                if open_:
                    self._at(element, label, "It holds a field within a field.", "Use page numbers only.")
                open_.append((paragraph, []))
            elif not open_ or open_[-1][0] is not paragraph:
                self._at(element, label, *_UNFINISHED)
            if kind == "end" and open_:
                self._field(element, "".join(open_.pop()[1]), label)
        if open_:
            self._problem(*_UNFINISHED, label)

    def _field(self, element: etree._Element, instruction: str, label: str) -> None:
        words = instruction.replace("\\*", " ").split()
        if not words or words[0].upper() not in FIELDS or len(words) > 3 or "{" in instruction:
            what = words[0].upper()[:20] if words else "an empty field"
            self._at(
                element, label, f"It holds a field that isn't a page number ({what}).",
                "Only PAGE, NUMPAGES, SECTION and SECTIONPAGES may stand in a template.",
            )  # fmt: skip

    def _measure(self, root: etree._Element, label: str) -> None:
        """Refuse what no letter is as long as; what comes after reads every paragraph several times."""
        for name in (W + "tbl", W + "p"):
            for element in root.iter(name):
                if sum(1 for _ in element.iterancestors(name)) >= MAX_NESTED:
                    raise self._beyond(element, label, "Here things stand within each other far too deep.")
                if name == W + "tbl" and element.find(W + "tblGrid") is None:
                    raise self._beyond(element, label, "The file is damaged here: a table has no columns.", _SAVE_AGAIN)
        for paragraph in paragraphs(root):
            text = "".join(t.text or "" for t in paragraph.iter(W + "t"))
            self._tags += text.count("{{") + text.count("{%")
            if len(text) > MAX_PARAGRAPH or text.count("{") > MAX_BRACES:
                raise self._beyond(paragraph, label, "This paragraph is far too long.", "Make several of it.")
        if self._tags > MAX_TAGS:
            raise self._unreadable(f"It holds more than {MAX_TAGS} tags.", "Loop over a list instead.")

    def _beyond(self, element: etree._Element, label: str, message: str, help: str = "Make it simpler.") -> _Unreadable:
        prefix = "" if label.startswith(self.prefix) else self.prefix
        return _Unreadable(Problem(message, prefix + place(element, label), text_near(element), help))

    def _images(self, package: Package, part: str, rid: str, label: str) -> None:
        relations = self._relations(part)
        root = package.headers[rid] if rid else package.document
        for drawing in root.iter(W + "drawing"):
            for data in drawing.iter(A + "graphicData"):
                if data.get("uri") != PICTURE:
                    self._at(drawing, label, "It holds a chart, shape or text box.", "Use a picture.")
            for link in drawing.iter(A + "hlinkClick", A + "hlinkHover"):
                _take_out(link)
            for told in drawing.iter(WP + "docPr", f"{{{PICTURE}}}cNvPr"):
                told.set("name", "Picture")  # else the name of a file of its author's
                if told.tag != WP + "docPr":
                    told.attrib.pop("descr", "")
                elif _FILE.search(told.get("descr", "")):
                    self._at(
                        drawing, label, "A picture is described by the name of a file.",
                        "Right-click it > Edit Alt Text: say what it shows.",
                    )  # fmt: skip
            for blip in drawing.iter(A + "blip"):
                if blip.get(R + "link"):
                    self._at(drawing, label, "It holds a picture that stands elsewhere.", "Insert the picture itself.")
                for extra in list(blip):
                    if extra.tag == A + "extLst":
                        blip.remove(extra)
                image = blip.get(R + "embed", "")
                target = relations.get(image, ("", "", True))[1]
                data_of = self.files.get(target, b"")
                ending = target.rsplit(".", 1)[-1].lower()
                if ending not in IMAGES or not data_of.startswith(IMAGES[ending][0]):
                    self._at(drawing, label, "It holds a picture of a kind that isn't used.", "Use PNG or JPEG.")
                else:
                    package.images[rid, image] = (ending, data_of)

    def _title(self) -> str:
        for kind, target, _ in self._relations("").values():
            if kind == "core-properties" and target in self.files:
                found = self._tree(target).find(DC + "title")
                title = "" if found is None else " ".join((found.text or "").split())
                if len(title) > MAX_TITLE:
                    raise self._unreadable("Its title is far too long.", "File > Info > Title: write a shorter one.")
                return title
        return ""


def is_on(element: etree._Element) -> bool:
    """Whether a switch such as `w:vanish` says yes."""
    return element.get(W + "val", "1").lower() not in ("0", "false", "off")


def _is_a_tools(style: etree._Element) -> bool:
    """Whether a run's style is how translation tools know a tag (transform.pack): its own look is said beside it."""
    return style.get(W + "val", "").startswith("tw4win")


def _in_text(element: etree._Element) -> bool:
    """Whether run properties stand in a run or a paragraph mark, not in a style that may never be used."""
    return next(element.iterancestors(W + "p"), None) is not None


@lru_cache(maxsize=1000)
def _name(tag: str) -> tuple[bool, str, bool]:
    """Whether a tag's namespace is known, its name in it, and whether it is one of Word's own."""
    name = etree.QName(tag)
    return (name.namespace or "").startswith(_KNOWN), name.localname, tag.startswith(W)


@lru_cache(maxsize=1000)
def _only_identifies(key: str) -> bool:
    """Whether an attribute says nothing on paper: a session's mark, or what other programs keep for themselves."""
    name = etree.QName(key)
    if name.namespace == _XML:
        return name.localname != "space"
    others = bool(name.namespace) and not name.namespace.startswith(_KNOWN)
    return others or name.localname.startswith("rsid") or key.startswith(_COMPATIBILITY)


def _as_in_older_word(element: etree._Element) -> None:
    """Put what an older Word shows in the place of what a newer one adds: a symbol's letter and font.

    A text box or a drawing stays, to be refused: the two forms of it hold their text twice.
    """
    fallback, parent = element.find(_COMPATIBILITY + "Fallback"), element.getparent()
    boxes = (W + "pict", W + "drawing", W + "object", W + "txbxContent")
    if parent is None or fallback is None or not len(fallback) or next(element.iter(*boxes), None) is not None:
        return
    for child in list(fallback):
        element.addprevious(child)
    parent.remove(element)


def _in_a_box(element: etree._Element) -> bool:
    """Whether an element is part of a text box or an old drawing, which is refused as such."""
    box = (W + "pict", W + "drawing", W + "object", W + "txbxContent", _COMPATIBILITY + "AlternateContent")
    return next(element.iterancestors(*box), None) is not None or next(element.iter(*box), None) is not None


def _take_out(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)  # and what stands behind it outside of any text, which no Word document has


def _unwrap(element: etree._Element) -> None:
    """Put what an element holds in its place; a step for each, whatever stands beside it."""
    parent = element.getparent()
    if parent is not None:
        for child in list(element):
            element.addprevious(child)
        parent.remove(element)


def sections(document: etree._Element) -> Iterator[etree._Element]:
    """The section properties of a document, first to last."""
    return document.iter(W + "sectPr")
