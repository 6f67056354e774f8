"""TwiML read into verbs. Reads only; carrying out is the call's work."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass


class BadTwiml(Exception):
    """The document is not a TwiML response (error 12100 at the company)."""


@dataclass(frozen=True)
class Verb:
    """One element: name, attributes, text, and the nouns or verbs inside."""

    name: str
    text: str
    attributes: Mapping[str, str]
    inside: tuple["Verb", ...] = ()

    def seconds(self, attribute: str, default: float) -> float:
        try:
            return float(self.attributes.get(attribute, default))
        except ValueError:
            return default


def parsed(document: str) -> tuple[Verb, ...]:
    """The verbs of a `<Response>`; an empty document is no verbs, as at the company."""
    if not document.strip():
        return ()
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - the office under test is not an attacker
    except ElementTree.ParseError as error:
        raise BadTwiml(str(error)) from error
    if root.tag != "Response":
        raise BadTwiml(f"the document begins with <{root.tag}>, not <Response>")
    return _verb(root).inside


def _verb(element: ElementTree.Element) -> Verb:
    inside = tuple(_verb(child) for child in element)
    return Verb(element.tag, (element.text or "").strip(), dict(element.attrib), inside)
