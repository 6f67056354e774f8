"""How pretend companies tell what happens at their end, for a demo's terminal or a test.
A kind that stays stable, and a sentence for people."""

from collections.abc import Callable

#: on_event(kind, sentence). Kinds: call, missed, answered, voicemail, text, delivered, failed, refused,
#: reply, opt-out, hook, booking, crm, signed-in.
OnEvent = Callable[[str, str], None]


def unheard(kind: str, sentence: str) -> None:
    """The listener when nobody listens."""
