"""A provider is found because its folder is there."""

from mcdesk.providers import discover
from mcdesk.providers.twilio import Twilio


def test_twilio_is_found_under_its_name() -> None:
    found = discover()
    assert found["twilio"] is Twilio
    assert list(found) == sorted(found)
    assert all(provider.name == name for name, provider in found.items())
