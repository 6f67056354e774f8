"""Twilio: calls and texts on Twilio numbers, by hooks and by reading its logs.

Must not: be imported by anything but the scan in `providers`.
"""

from mcdesk.providers.twilio.provider import Twilio

PROVIDER = Twilio

__all__ = ["PROVIDER", "Twilio"]
