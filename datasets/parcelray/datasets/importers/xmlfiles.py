"""XML that anybody may have written: read without a document type, so that no entity can grow or reach for a file.

Label formats need neither. Python's own reader would expand internal entities, which a few lines can turn into
gigabytes (https://docs.python.org/3/library/xml.html#xml-security).
"""

from __future__ import annotations

import math
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from parcelray.models.errors import DatasetError


class _DocumentTypeError(Exception):
    """The file begins with a DOCTYPE."""


def read_xml(path: Path, root: str) -> Element:
    """Read a whole file.

    Args:
        path: the file.
        root: the name that its outermost element must have.

    Raises:
        DatasetError: there is no such file, it is cut short or broken, it declares a document type, or it is another
            kind of document.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(path.read_bytes(), True)
    except FileNotFoundError as error:
        raise DatasetError(str(path), expected="an XML file", got="no such file") from error
    except _DocumentTypeError as error:
        raise DatasetError(str(path), expected="XML without a DOCTYPE", got="one, which could hold entities") from error
    except expat.ExpatError as error:
        raise DatasetError(str(path), expected="whole XML", got=str(error)) from error
    document = builder.close()
    if document.tag != root:
        raise DatasetError(str(path), expected=f"a document <{root}>", got=f"<{document.tag}>")
    return document


def text_of(element: Element, tag: str, where: str) -> str:
    """What stands in a child element.

    Raises:
        DatasetError: there is no such child, or nothing in it.
    """
    text = (element.findtext(tag) or "").strip()
    if not text:
        raise DatasetError(where, expected=f"<{tag}> with something in it in <{element.tag}>", got="none")
    return text


def number_of(element: Element, tag: str, where: str) -> float:
    """The number in a child element.

    Raises:
        DatasetError: there is no such child, or it is no number.
    """
    return _number(text_of(element, tag, where), where, f"a number in <{tag}>")


def attribute_of(element: Element, name: str, where: str) -> str:
    """An attribute of an element.

    Raises:
        DatasetError: it is missing or empty.
    """
    value = element.get(name, "").strip()
    if not value:
        raise DatasetError(where, expected=f"{name}= in <{element.tag}>", got="none")
    return value


def numeric_attribute_of(element: Element, name: str, where: str) -> float:
    """The number in an attribute of an element.

    Raises:
        DatasetError: it is missing, or no number.
    """
    return _number(attribute_of(element, name, where), where, f"a number as {name}=")


def _number(text: str, where: str, expected: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise DatasetError(where, expected=expected, got=repr(text)) from error
    if not math.isfinite(number):
        raise DatasetError(where, expected=expected, got=repr(text))
    return number


def _refuse(*_declaration: object) -> None:
    raise _DocumentTypeError
