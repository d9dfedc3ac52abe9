from pathlib import Path

import pytest

from parcelray.datasets.importers.xmlfiles import attribute_of, number_of, read_xml, text_of
from parcelray.models.errors import DatasetError

BOMB = """<?xml version="1.0"?>
<!DOCTYPE list [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<list>&b;</list>"""
FILE_READER = '<!DOCTYPE list [<!ENTITY file SYSTEM "file:///etc/passwd">]><list>&file;</list>'


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "labels.xml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_elements_are_read_whatever_the_encoding(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><list at=" here "><name> Waffe ä &amp; </name><x>1.5</x></list>'
    document = read_xml(write(tmp_path, text.encode("utf-16")), "list")
    assert text_of(document, "name", "here") == "Waffe ä &"
    assert number_of(document, "x", "here") == 1.5
    assert attribute_of(document, "at", "here") == "here"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, r"labels\.xml: expected XML without a DOCTYPE"),
        (FILE_READER, "XML without a DOCTYPE"),
        ("<!DOCTYPE list><list/>", "XML without a DOCTYPE"),
        ("<list><name>a</name>", r"labels\.xml: expected whole XML, got no element found: line 1"),
        ("", "whole XML"),
        ("<list>&b;</list>", "whole XML, got undefined entity"),
        ("<other/>", "a document <list>, got <other>"),
    ],
)
def test_what_is_no_plain_document_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        read_xml(write(tmp_path, content), "list")


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"gone\.xml: expected an XML file, got no such file"):
        read_xml(tmp_path / "gone.xml", "list")
    document = read_xml(write(tmp_path, "<list><x>wide</x><y/></list>"), "list")
    with pytest.raises(DatasetError, match="here: expected <y> with something in it in <list>"):
        text_of(document, "y", "here")
    with pytest.raises(DatasetError, match="a number in <x>, got 'wide'"):
        number_of(document, "x", "here")
    with pytest.raises(DatasetError, match="width= in <list>"):
        attribute_of(document, "width", "here")
