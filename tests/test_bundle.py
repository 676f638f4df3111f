"""A set of files appears whole, in its own place, private to its owner, and nothing earlier is lost."""

import json
import os
import re
import stat
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpdocs import bundle as bundle_module
from cpdocs import folder as folder_module
from cpdocs import parts
from cpdocs.bundle import (
    Bundle,
    BundleError,
    Entry,
    folder_name,
    folder_sha256,
    hashes,
    library_versions,
    manifest_bytes,
    put_right,
    set_reference,
)
from cpdocs.verify import verify

posix = pytest.mark.usefixtures("only_posix")


@pytest.fixture
def only_posix() -> None:
    assert os.name == "posix", "modes are a POSIX matter; on Windows the folder's own list counts"


def entry(file: str, data: bytes, recipient: "str | tuple[str, ...]" = "mother") -> Entry:
    return Entry("minutes", recipient, "en-GB", "standard", "2041-03-15", "§9", file, hashes(data), True)


def make(out: Path, text: bytes = b"first", reference: str = "KM-0173", date: str = "2041-03-01") -> Path:
    with Bundle(out, reference) as bundle:
        bundle.add(PurePosixPath("for/mother/minutes.docx"), text)
        bundle.add("chair/deadlines.ics", b"BEGIN")
        manifest = manifest_bytes(
            [entry("for/mother/minutes.docx", text)],
            {"tool": "0.1.0"},
            reference=reference,
            date=date,
            record_sha256="0" * 64,
            files=[("chair/deadlines.ics", hashes(b"BEGIN"))],
        )
        bundle.add("chair/manifest.json", manifest)
        return bundle.commit()


def everything(out: Path) -> list[str]:
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*"))


# what stands where


def test_a_set_stands_under_its_reference_with_nothing_beside_it(tmp_path: Path) -> None:
    assert make(tmp_path / "deep" / "out") == tmp_path / "deep" / "out" / "KM-0173"
    assert everything(tmp_path / "deep" / "out") == [
        "KM-0173",
        "KM-0173/chair",
        "KM-0173/chair/deadlines.ics",
        "KM-0173/chair/manifest.json",
        "KM-0173/for",
        "KM-0173/for/mother",
        "KM-0173/for/mother/minutes.docx",
    ]


def test_an_earlier_set_is_renamed_by_the_date_it_was_made_with_and_never_deleted(tmp_path: Path) -> None:
    make(tmp_path, b"first")
    make(tmp_path, b"second", date="2041-03-04")
    make(tmp_path, b"third", date="2041-03-04")
    make(tmp_path, b"fourth")
    found = {
        folder.name: (folder / "for/mother/minutes.docx").read_bytes()
        for folder in sorted(tmp_path.iterdir())
    }
    assert found == {
        "KM-0173": b"fourth",
        "KM-0173.earlier-2041-03-01-1": b"first",
        "KM-0173.earlier-2041-03-04-1": b"second",
        "KM-0173.earlier-2041-03-04-2": b"third",
    }


def test_commit_says_where_the_earlier_set_stands(tmp_path: Path) -> None:
    make(tmp_path)
    with Bundle(tmp_path, "KM-0173") as bundle:
        bundle.add("chair/manifest.json", b"{}")
        bundle.commit()
    assert bundle.replaced == tmp_path / "KM-0173.earlier-2041-03-01-1"


@pytest.mark.parametrize(
    "manifest", [b"", b"[1]", b'{"date": 5}', b'{"date": "../../x"}', b"\xff", b"[" * 5000]
)
def test_an_earlier_set_with_a_damaged_manifest_is_kept(tmp_path: Path, manifest: bytes) -> None:
    first = make(tmp_path)
    (first / "chair/manifest.json").write_bytes(manifest)
    os.utime(first, (2_240_000_000, 2_240_000_000))  # 2040-12-24
    make(tmp_path)
    assert (tmp_path / "KM-0173.earlier-2040-12-24-1" / "for/mother/minutes.docx").read_bytes() == b"first"


@posix
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_only_the_owner_can_read_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        make(tmp_path / "out")
    finally:
        os.umask(before)
    for path in [tmp_path / "out", *(tmp_path / "out").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@posix
def test_a_folder_that_was_there_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out").chmod(0o750)
    make(tmp_path / "out")
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o750


def test_leaving_without_commit_leaves_nothing_and_the_earlier_set_as_it_was(tmp_path: Path) -> None:
    make(tmp_path)
    before = everything(tmp_path)

    def interrupted() -> None:
        with Bundle(tmp_path, "KM-0173") as bundle:
            bundle.add("for/mother/minutes.docx", b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert everything(tmp_path) == before
    assert (tmp_path / "KM-0173/for/mother/minutes.docx").read_bytes() == b"first"


def test_nothing_is_added_after_commit_or_outside_the_block(tmp_path: Path) -> None:
    bundle = Bundle(tmp_path, "KM-0173")
    with pytest.raises(RuntimeError):
        bundle.add("for/mother/a.docx", b"")
    with bundle:
        bundle.add("for/mother/a.docx", b"")
        bundle.commit()
        with pytest.raises(RuntimeError):
            bundle.add("for/mother/b.docx", b"")
        with pytest.raises(RuntimeError):
            bundle.commit()


# names


@pytest.mark.parametrize(
    "path",
    [
        "for/../../etc/passwd.docx",
        "/for/mother/a.docx",
        "for/mother/../father/a.docx",
        "for/a.docx",
        "minutes.docx",
        "chair",
        "elsewhere/x/a.docx",
        "for/mother/a\\b.docx",
        "for/C:/a.docx",
        "for/mother/a.docx:stream",
        "for/CON/a.docx",
        "for/aux/a.docx",
        "for/mother/nul.docx",
        "for/mother/com1.tar.gz",
        "for/mother /a.docx",
        "for/mother./a.docx",
        "for/mother/a.docx.",
        "for/ mother/a.docx",
        "for/.hidden/a.docx",
        "for/-mother/a.docx",
        "for/mother/a\nb.docx",
        "for/mother/a\x00b.docx",
        "for/mother/a\u202eb.docx",
        "for/mo\u0308ther/a.docx",
        "for/mother/a*.docx",
        "for/" + "m" * 101 + "/a.docx",
        "for/" + "m" * 90 + "/" + "a" * 95 + ".docx",
        "for/mother/" + "deep/" * 50 + "a.docx",
    ],
)
def test_a_path_that_is_unsafe_on_any_system_is_refused(tmp_path: Path, path: str) -> None:
    with Bundle(tmp_path, "KM-0173") as bundle, pytest.raises(BundleError) as error:
        bundle.add(path, b"x")
    assert error.value.help
    assert everything(tmp_path) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("for/mother/a.docx", "for/mother/a.docx"),
        ("for/mother/a.docx", "for/mother/A.docx"),
        ("for/mother/a.docx", "for/Mother/b.docx"),
        ("chair/a", "chair/a/b.docx"),
        ("chair/a/b.docx", "chair/a"),
    ],
)
def test_two_files_never_share_a_place(tmp_path: Path, first: str, second: str) -> None:
    with Bundle(tmp_path, "KM-0173") as bundle:
        bundle.add(first, b"1")
        with pytest.raises(BundleError):
            bundle.add(second, b"2")


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("KM-0173", "KM-0173"),
        ("KM 2041 0173", "KM 2041 0173"),
        ("KM/2041/17", "KM=2F2041=2F17"),
        ("a=b", "a=3Db"),
        ("CON", "=43ON"),
        ("con.17", "=63on.17"),
        ("lpt1", "=6Cpt1"),
        (".hidden", "=2Ehidden"),
        ("ends.", "ends=2E"),
        (" x ", "=20x=20"),
        ("Tŷ-1", "T=C5=B7-1"),
        ("A.earlier-2041-01-01-1", "A=2Eearlier-2041-01-01-1"),
        ("A.ready", "A=2Eready"),
        ("C:x", "C=3Ax"),
        ("x*?<>|\"'", "x=2A=3F=3C=3E=7C=22=27"),
    ],
)
def test_a_reference_becomes_a_name_that_shows_what_was_changed(reference: str, name: str) -> None:
    assert folder_name(reference) == name


@pytest.mark.parametrize(
    "reference", ["", "  ", ".", "..", "../x", "a/../b", "a\\..\\b", "/etc", "x/", "a\nb", "a\x00", "x" * 101]
)
def test_a_reference_that_can_be_no_name_is_refused_with_help(tmp_path: Path, reference: str) -> None:
    with pytest.raises(BundleError) as error:
        Bundle(tmp_path, reference)
    assert error.value.help.endswith((".", "`."))


@given(st.text(max_size=30))
def test_every_name_leads_back_to_one_reference_and_is_safe(reference: str) -> None:
    try:
        name = folder_name(reference)
    except BundleError:
        return
    back = re.sub(r"(?:=[0-9A-F]{2})+", lambda hexed: bytes.fromhex(hexed[0].replace("=", "")).decode(), name)
    assert back == reference
    assert re.fullmatch(r"[A-Za-z0-9_=](?:[A-Za-z0-9_.+= -]*[A-Za-z0-9_=+-])?", name)
    assert name.split(".")[0].strip().upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}


def test_the_date_of_the_conference_is_part_of_the_name() -> None:
    assert set_reference("KM-0173", "2041-03-01") == "KM-0173-2041-03-01"
    assert set_reference("KM-0173", None) == "KM-0173-undated"
    assert set_reference("KM-0173", "14/03/2041") == "KM-0173-undated"


def test_references_that_differ_only_in_capitals_never_share_a_folder(tmp_path: Path) -> None:
    make(tmp_path, reference="km-0173")
    with pytest.raises(BundleError, match="capitals"):
        make(tmp_path, reference="KM-0173")
    assert (tmp_path / "km-0173/for/mother/minutes.docx").read_bytes() == b"first"


# what isn't ours


def test_a_folder_that_someone_else_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "KM-0173").mkdir()
    (tmp_path / "KM-0173/letter from the school.pdf").write_bytes(b"theirs")
    with pytest.raises(BundleError, match="isn't a set"):
        make(tmp_path)
    assert everything(tmp_path) == ["KM-0173", "KM-0173/letter from the school.pdf"]


def test_a_file_in_the_place_of_the_set_or_of_the_output_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "KM-0173").write_bytes(b"theirs")
    with pytest.raises(BundleError):
        make(tmp_path)
    with pytest.raises(BundleError, match="a file stands where a folder should be"):
        make(tmp_path / "KM-0173")
    assert (tmp_path / "KM-0173").read_bytes() == b"theirs"


@posix
def test_links_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out/KM-0173").symlink_to(tmp_path / "secret")
    with pytest.raises(BundleError):
        make(tmp_path / "out")
    (tmp_path / "out/KM-0174.target").write_bytes(b"theirs")
    (tmp_path / "out/.KM-0174.lock").symlink_to(tmp_path / "out/KM-0174.target")
    with pytest.raises(BundleError):
        make(tmp_path / "out", reference="KM-0174")
    assert (tmp_path / "out/KM-0174.target").read_bytes() == b"theirs"
    assert list((tmp_path / "secret").iterdir()) == []


@posix
def test_a_linked_making_folder_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/file").write_bytes(b"theirs")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/.KM-0173.making-0123456789ab").symlink_to(tmp_path / "precious")
    make(tmp_path / "out")
    assert (tmp_path / "precious/file").read_bytes() == b"theirs"


# the manifest


def test_the_manifest_is_the_same_whatever_the_order_of_what_goes_in(tmp_path: Path) -> None:
    one, two = entry("for/a/x.docx", b"1"), entry("for/b/x.docx", b"2", ("mother", "father"))
    versions = {"tool": "0.1.0", "libraries": library_versions()}
    backwards = {"libraries": dict(reversed(library_versions().items())), "tool": "0.1.0"}

    def written(entries: list[Entry], versions: Mapping[str, object]) -> bytes:
        return manifest_bytes(entries, versions, reference="K", date="2041-03-01", record_sha256="0" * 64)

    first = written([one, two], versions)
    assert first == written([two, one], backwards)
    assert [copy["recipient"] for copy in json.loads(first)["copies"]] == ["mother", ["mother", "father"]]


def test_the_manifest_is_what_its_schema_says(tmp_path: Path) -> None:
    from jsonschema import Draft7Validator

    schema = json.loads((Path(__file__).parents[1] / "schemas/manifest.schema.json").read_text())
    Draft7Validator.check_schema(schema)
    versions = {
        "cpdocs": "0.1.0",
        "procedure": {"id": "kent-medway", "source": "2.1.10", "dated": "2016-04-01"},
        "data": "1" * 64,
        "council": None,
        "libraries": library_versions(),
    }
    both = [entry("for/a/x.docx", b"1"), entry("for/b/x.docx", b"2", ("mother", "father"))]
    good = json.loads(
        manifest_bytes(
            both,
            versions,
            reference="K",
            date="2041-03-01",
            record_sha256="0" * 64,
            files=[("chair/deadlines.ics", hashes(b"x"))],
        )
    )
    assert list(Draft7Validator(schema).iter_errors(good)) == []
    for key in good:
        assert list(Draft7Validator(schema).iter_errors({k: v for k, v in good.items() if k != key})), key
    for key in good["copies"][0]:
        less = {**good, "copies": [{k: v for k, v in good["copies"][0].items() if k != key}]}
        assert list(Draft7Validator(schema).iter_errors(less)), key
    assert list(
        Draft7Validator(schema).iter_errors({**good, "copies": [{**good["copies"][0], "file": "../x"}]})
    )


def test_the_content_hash_sees_through_compression_and_nothing_else() -> None:
    document = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a>text</a>" * 50}
    packed = parts.write(document)
    other = parts.write({name: parts.deflate(data, 0) for name, data in document.items()})
    changed = parts.write({**document, "word/document.xml": b"<a>Text</a>" * 50})
    moved = parts.write({"[Content_Types].xml": b"<Types/>", "word/document2.xml": b"<a>text</a>" * 50})
    assert hashes(packed).sha256 != hashes(other).sha256
    assert hashes(packed).content_sha256 == hashes(other).content_sha256
    assert len({hashes(data).content_sha256 for data in (packed, changed, moved)}) == 3
    assert hashes(packed[:-9]).content_sha256 != hashes(packed).content_sha256


def test_a_data_folder_has_one_hash_that_sees_every_change(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").mkdir()
    (tmp_path / "b/c").write_bytes(b"2")
    first = folder_sha256(tmp_path)
    (tmp_path / ".DS_Store").write_bytes(b"litter")
    (tmp_path / "~$minutes.docx").write_bytes(b"Word's own")
    assert folder_sha256(tmp_path) == first
    (tmp_path / "b/c").write_bytes(b"3")
    second = folder_sha256(tmp_path)
    (tmp_path / "b/c").rename(tmp_path / "b/d")
    assert len({first, second, folder_sha256(tmp_path)}) == 3


# verify


def test_a_set_that_nobody_touched_is_as_made(tmp_path: Path) -> None:
    assert {(found.file, found.state) for found in verify(make(tmp_path))} == {
        ("for/mother/minutes.docx", "as made"),
        ("chair/deadlines.ics", "as made"),
    }


def test_verify_tells_missing_changed_and_extra_files(tmp_path: Path) -> None:
    folder = make(tmp_path)
    (folder / "for/mother/minutes.docx").write_bytes(b"tampered")
    (folder / "chair/deadlines.ics").unlink()
    (folder / "for/mother/note.docx").write_bytes(b"slipped in")
    assert [(found.file, found.state, found.good) for found in verify(folder)] == [
        ("chair/deadlines.ics", "missing", False),
        ("for/mother/minutes.docx", "changed", False),
        ("for/mother/note.docx", "extra", False),
    ]


def test_verify_tells_whether_today_would_give_the_same(tmp_path: Path) -> None:
    document = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a>text</a>" * 50}
    packed = parts.write(document)
    other = parts.write({name: parts.deflate(data, 0) for name, data in document.items()})
    changed = parts.write({**document, "word/document.xml": b"<a>Text</a>"})
    folder = make(tmp_path, packed)

    def today(minutes: bytes, **more: bytes) -> "dict[str, tuple[str, str | None]]":
        made = {"for/mother/minutes.docx": minutes, "chair/deadlines.ics": b"BEGIN", **more}
        return {found.file: (found.state, found.today) for found in verify(folder, lambda: made.items())}

    minutes = "for/mother/minutes.docx"
    assert today(packed)[minutes] == ("as made", "same")
    assert today(other)[minutes] == ("as made", "same content, other compressor")
    assert today(changed)[minutes] == ("as made", "different")
    assert today(packed, **{"for/aunt/minutes.docx": b"x"})["for/aunt/minutes.docx"] == (
        "not in the set",
        "new",
    )
    gone = {found.file: found.today for found in verify(folder, lambda: [(minutes, packed)])}
    assert gone == {minutes: "same", "chair/deadlines.ics": "no longer made"}


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"copies": 5, "files": []}',
        b'{"copies": [{"file": "x"}], "files": []}',
        b'{"copies": [{"file": "../../../etc/passwd", "sha256": "", "content_sha256": ""}], "files": []}',
        b'{"copies": [{"file": "/etc/passwd", "sha256": "", "content_sha256": ""}], "files": []}',
        b"[" * 100000,
    ],
)
def test_verify_refuses_a_damaged_manifest_and_one_that_points_elsewhere(
    tmp_path: Path, manifest: bytes
) -> None:
    folder = make(tmp_path)
    (folder / "chair/manifest.json").write_bytes(manifest)
    with pytest.raises(BundleError) as error:
        verify(folder)
    assert error.value.help


def test_verify_says_when_a_folder_is_no_set(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=re.escape("no chair/manifest.json")):
        verify(tmp_path)


# other runs


def test_a_second_run_on_the_same_set_is_told_to_wait(tmp_path: Path) -> None:
    with Bundle(tmp_path, "KM-0173") as bundle:
        bundle.add("for/mother/minutes.docx", b"mine")
        with pytest.raises(BundleError, match=f"Another run.*process {os.getpid()}"):
            make(tmp_path, b"theirs")
        assert make(tmp_path, b"another case", reference="KM-0999").is_dir()
        bundle.commit()
    assert (tmp_path / "KM-0173/for/mother/minutes.docx").read_bytes() == b"mine"
    assert not list(tmp_path.glob(".*"))


def test_a_lock_file_left_by_a_dead_run_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / ".KM-0173.lock").write_text("1\n")
    assert make(tmp_path).is_dir()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("moved", [True, False])
def test_an_interrupted_swap_is_completed_by_the_next_run(tmp_path: Path, moved: bool) -> None:
    make(tmp_path, b"old")
    make(tmp_path / "elsewhere", b"ready", date="2041-03-04").rename(tmp_path / ".KM-0173.ready")
    (tmp_path / "elsewhere").rmdir()
    if moved:
        (tmp_path / "KM-0173").rename(tmp_path / "KM-0173.earlier-2041-03-01-1")
    (tmp_path / ".KM-0173.making-0123456789ab").mkdir()
    (tmp_path / ".KM-0173.making-0123456789ab/half").write_bytes(b"half")
    assert put_right(tmp_path) == ["KM-0173"]
    expected = {"KM-0173": b"ready", "KM-0173.earlier-2041-03-01-1": b"old"}
    assert {p.name: (p / "for/mother/minutes.docx").read_bytes() for p in tmp_path.iterdir()} == expected
    make(tmp_path, b"new")
    assert (tmp_path / "KM-0173.earlier-2041-03-04-1/for/mother/minutes.docx").read_bytes() == b"ready"
    assert put_right(tmp_path) == []


def test_a_case_whose_name_begins_like_another_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".KM-0173-b.making-0123456789ab").mkdir()
    make(tmp_path, reference="KM-0173")
    assert (tmp_path / ".KM-0173-b.making-0123456789ab").is_dir()


def test_no_module_of_the_disk_reads_the_clock() -> None:
    for module in (bundle_module, folder_module):
        text = Path(module.__file__ or "").read_text()
        assert not re.search(r"\.now\(|\.today\(|time\.time\(", text)
    assert sys.version_info >= (3, 11)
