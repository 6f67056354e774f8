"""Engines broken on purpose, each in one place, so that the laboratory can be seen to notice.

Must not: be used by any story that is to find real mistakes.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from mcdesk.domain import policy
from mcdesk.engine import opting_out, texting
from mcdesk.engine.crm_writing import CrmWriter
from mcdesk.engine.inbox import Inbox
from mcdesk.engine.sending import Sender
from mcdesk.store import jobs
from mcdesk.store.transaction import Tx


def doubt_is_ignored() -> None:
    """A text whose outcome is unknown is simply sent again."""

    async def never_found(sender: Any, outgoing: Any) -> None:
        return None

    async def surely(sender: Any, outgoing: Any) -> bool:
        return True

    Sender._find = never_found  # type: ignore[method-assign, assignment]
    Sender._is_settled = surely  # type: ignore[method-assign, assignment]


def opt_outs_are_forgotten() -> None:
    """The words are kept, and nothing follows from them."""
    _without(policy._opted_out)
    opting_out.opt_out = lambda *arguments, **named: False


def quiet_hours_are_ignored() -> None:
    _without(policy._window)


def people_are_ignored() -> None:
    """Automation goes on whatever a person does."""
    texting.end_automation = lambda *arguments, **named: None
    _without(policy._ended)


def hooks_and_logs_are_dropped() -> None:
    """Every third call is not taken in."""
    apply = Inbox._apply

    def forgetful(inbox: Inbox, tx: Tx, live: Any, events: Any) -> None:
        heard = [event for event in events if _digest(event) % 3]
        apply(inbox, tx, live, heard)

    Inbox._apply = forgetful  # type: ignore[method-assign, assignment]


def crm_is_not_asked_first() -> None:
    """What may have been written is written again."""

    async def at_once(writer: Any, job: Any, find: Any, write: Any) -> str:
        return str(await write())

    CrmWriter._once = at_once  # type: ignore[method-assign, assignment]


def work_is_left_lying() -> None:
    """A finished text's job is never marked as finished."""
    finish = jobs.finish

    def forgets(tx: Tx, job: jobs.Job, **named: Any) -> bool:
        if named.get("result") is None or datetime.now(UTC).microsecond % 2:
            return finish(tx, job, **named)
        return True

    jobs.finish = forgets


def _without(rule: Any) -> None:
    policy._RULES = tuple(each for each in policy._RULES if each is not rule)


def _digest(event: Any) -> int:
    call = getattr(event, "call_id", "")
    return sum(map(ord, call)) if call else 1


BREAKS: dict[str, Callable[[], None]] = {
    "doubt": doubt_is_ignored,
    "opt-outs": opt_outs_are_forgotten,
    "quiet-hours": quiet_hours_are_ignored,
    "people": people_are_ignored,
    "calls": hooks_and_logs_are_dropped,
    "crm": crm_is_not_asked_first,
    "jobs": work_is_left_lying,
}
