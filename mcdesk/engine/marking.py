"""Numbers that are never texted, dealt with by people, or blocked: said by a person, in force at once.

Must not: judge texts (the gate does); what a mark changes about an open lead happens in the same transaction.
"""

from dataclasses import dataclass

from mcdesk.domain.leads import Disposition, EndReason, Stage
from mcdesk.domain.mark_list import MarkList
from mcdesk.domain.marks import BY_HAND, MARK_WORDS, MarkKind
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import Done
from mcdesk.domain.spoken import counted
from mcdesk.engine import closing, escalations, texting, verbs, work
from mcdesk.engine.house import House
from mcdesk.store import forgotten, leads, marks, people, talk
from mcdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What putting a list in force would do."""

    #: Marks that are not in force yet, or with another reason, and such as are.
    new: int
    there: int
    #: Open leads of these numbers.
    leads: int
    #: Why a number of the list cannot be marked so, by its line.
    refused: tuple[tuple[int, str], ...] = ()


def mark(tx: Tx, house: House, person: str, number: Number, kind: MarkKind, why: str) -> Done:
    """Say so of a number from now on."""
    why = " ".join(why.split())
    refused = _refused(tx, house, number, kind, why)
    if refused is not None:
        return Done(False, refused)
    if kind in BY_HAND:
        # Whoever matters to the office is no spam.
        marks.end(tx, number, MarkKind.BLOCKED, by=person)
        forgotten.unmark(tx, house.numbers, number, MarkKind.BLOCKED)
    if not marks.put(tx, number, kind, why=why, by=person):
        return Done(True, f"{number.spoken} is marked so already.")
    _take_effect(tx, house, person, number, kind, why)
    return Done(True, f"{number.spoken}: {_CONSEQUENCES[kind]}")


def unmark(tx: Tx, house: House, person: str, number: Number, kind: MarkKind | None) -> Done:
    """Take a mark away, or all. What it ended stays ended."""
    ended = [each for each in marks.in_force(tx, house.numbers, number) if kind in (None, each)]
    if not ended:
        return Done(False, f"{number.spoken} has no such mark. `mcdesk marks` lists them.")
    for each in ended:
        marks.end(tx, number, each, by=person)
        forgotten.unmark(tx, house.numbers, number, each)
    words = " and ".join(MARK_WORDS[each] for each in ended)
    lead = _open_lead(tx, number)
    if lead is not None:
        talk.happened(tx, lead, f"No longer marked: {words}. No text starts again by itself.", author=person)
        leads.refresh(tx, lead)
    return Done(True, f"{number.spoken} is no longer marked: {words}. It counts from the next call on.")


def block_caller(tx: Tx, house: House, person: str, lead: int, why: str) -> Done:
    """The caller of a lead is spam: closed, and never to bother anybody again."""
    number = people.contact(tx, verbs.find(tx, lead).contact).number
    if number is None:
        return Done(False, "The caller hid their number, so there is nothing to block. Close it as spam.")
    return mark(tx, house, person, number, MarkKind.BLOCKED, why or "Spam")


def unblock_caller(tx: Tx, house: House, person: str, lead: int) -> Done:
    """They are no spam after all: what the block closed is opened again, and its automation stays ended."""
    row = verbs.find(tx, lead)
    number = people.contact(tx, row.contact).number
    said = marks.history(tx, number) if number is not None else ()
    block = next((each for each in said if each.kind is MarkKind.BLOCKED and each.ended_at is None), None)
    if number is None or block is None:
        return Done(False, "This caller is not blocked.")
    marks.end(tx, number, MarkKind.BLOCKED, by=person)
    talk.happened(tx, lead, "No longer blocked. No text starts again by itself.", author=person)
    closed_by_it = row.closed_at is not None and row.closed_at >= block.at
    opened = closed_by_it and verbs.reopen(tx, house, person, lead).ok
    return Done(True, f"{number.spoken} is no longer blocked{', and open again' if opened else ''}.")


def foresee(tx: Tx, house: House, listed: MarkList) -> Foreseen:
    """What the good lines of a list would do."""
    new = there = touched = 0
    refused = []
    for each in listed.good:
        no = _refused(tx, house, each.number, each.kind, each.why)
        if no is not None:
            refused.append((each.line, no))
        elif marks.in_force(tx, house.numbers, each.number).get(each.kind) == each.why:
            there += 1
        else:
            new += 1
            touched += _open_lead(tx, each.number) is not None
    return Foreseen(new, there, touched, tuple(refused))


def import_list(tx: Tx, house: House, person: str, listed: MarkList, *, skip_bad: bool) -> Done:
    """Put a list in force: all of it, or, where lines are bad, nothing unless `skip_bad`."""
    refused = foresee(tx, house, listed).refused
    bad = len(listed.bad) + len(refused)
    if bad and not skip_bad:
        told = "cannot be used, so nothing was imported. Mend the file first."
        return Done(False, f"{counted(bad, 'line')} {told}")
    skipped = {line for line, _ in refused}
    done = [
        mark(tx, house, person, each.number, each.kind, each.why)
        for each in listed.good
        if each.line not in skipped
    ]
    left_out = f" {counted(bad, 'line')} left out." if bad else ""
    return Done(True, f"{counted(len(done), 'number')} marked.{left_out}")


def _refused(tx: Tx, house: House, number: Number, kind: MarkKind, why: str) -> str | None:
    if not why:
        return "Say why: whoever meets the mark later must know."
    if house.is_ours(number):
        return f"{number.spoken} is one of the office's own lines."
    standing = marks.in_force(tx, house.numbers, number)
    matters = next((each for each in BY_HAND if each in standing), None)
    if kind is MarkKind.BLOCKED and matters is not None:
        words = f"{MARK_WORDS[matters]} ({standing[matters]})"
        return f"{number.spoken} is marked {words}: take that mark away before you block it."
    return None


_CONSEQUENCES = {
    MarkKind.NEVER: "never texted from now on.",
    MarkKind.VIP: "VIP. No automatic texts; a person calls them at once.",
    MarkKind.SENSITIVE: "sensitive matter. No automatic texts; a person calls them at once.",
    MarkKind.BLOCKED: "blocked. Its calls and texts are kept and bother nobody.",
}


def _take_effect(tx: Tx, house: House, person: str, number: Number, kind: MarkKind, why: str) -> None:
    """What a mark changes about the number's open lead and its texts in line."""
    lead = _open_lead(tx, number)
    if lead is None:
        return
    words = f"{MARK_WORDS[kind]}: {why}"
    match kind:
        case MarkKind.BLOCKED:
            texting.take_back(tx, lead, work.TEXTS, words)
            closing.close(tx, house, lead, Disposition.SPAM, author=person, reason=words)
            escalations.stop(tx, lead)
        case MarkKind.NEVER:
            texting.take_back(tx, lead, work.TEXTS, words)
            _to_a_person(tx, house, person, lead, words)
        case _:
            texting.take_back(tx, lead, work.AUTOMATION, words)
            _to_a_person(tx, house, person, lead, words)
    leads.refresh(tx, lead)


def _to_a_person(tx: Tx, house: House, person: str, lead: int, words: str) -> None:
    """The automation ends; whoever still waited for it is called."""
    row = leads.lead(tx, lead)
    assert row is not None
    talk.happened(tx, lead, f"{words}. Nothing is texted by itself.", author=person)
    texting.end_automation(tx, lead, EndReason.BY_HAND, author=person)
    if row.stage == Stage.WAITING and not row.ended:
        texting.ask_to_call(tx, house, lead, words)


def _open_lead(tx: Tx, number: Number) -> int | None:
    contact = people.find_contact(tx, number)
    row = leads.open_lead(tx, contact) if contact is not None else None
    return None if row is None else int(row.id)
