"""Texts that somebody asked for or typed, and what has come in between: late, they are for a person again.

Must not: know hours or numbers of texts.
"""

from mcdesk.domain.answering import refuse
from mcdesk.domain.facts import Decision, Facts, TextClass
from mcdesk.domain.lateness import is_late, not_after


def overtaken(facts: Facts) -> Decision | None:
    """What time and the person's later texts have against it."""
    match facts.wording.text_class:
        case TextClass.HELP:
            return _asked_too_long_ago(facts)
        case TextClass.SERVICE:
            return _typed_before(facts)
        case _:
            return None


def _asked_too_long_ago(facts: Facts) -> Decision | None:
    if not_after(facts) is None:
        return refuse(facts, "Q-3", "No text of theirs is on record that this one could answer.")
    if not is_late(facts):
        return None
    return refuse(facts, "Q-3", "They asked for help more than 10 minutes ago. A person should answer now.")


def _typed_before(facts: Facts) -> Decision | None:
    """What a person typed was meant for that moment: where things have changed, they are asked again."""
    if facts.history.wrote_since:
        why = "They wrote meanwhile. Read it, then send again."
        return refuse(facts, "newer", why, call_instead=False)
    if not is_late(facts):
        return None
    why = "It could not go out for an hour. If it is still right, send it again."
    return refuse(facts, "late", why, call_instead=False)
