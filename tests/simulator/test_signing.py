"""Signatures against the published vectors."""

from mcdesk.simulator import signature
from tests.simulator.contracts import contract


def test_every_published_signature_is_reproduced() -> None:
    published = contract("twilio/samples/signature-vectors.json")
    vectors = published["vectors"]
    assert isinstance(vectors, list)
    assert vectors
    for vector in vectors:
        fields = [(name, value) for name, value in vector["params"]]
        assert signature(str(published["auth_token"]), vector["url"], fields) == vector["expect"], vector[
            "name"
        ]


def test_another_token_signs_differently() -> None:
    fields = [("Body", "hello")]
    assert signature("one", "https://example.com/", fields) != signature(
        "two", "https://example.com/", fields
    )
