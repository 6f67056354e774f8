"""Whom a text can reach and may reach by its number alone (rules S-2 and S-3).

Must not: know people or hours.
"""

from collections.abc import Mapping

from mcdesk.domain.answering import refuse
from mcdesk.domain.facts import Decision, Facts
from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import TEXTABLE_REGIONS

_KINDS: Mapping[LineType, str] = {
    LineType.LANDLINE: "The number is a landline and cannot receive texts.",
    LineType.TOLL_FREE: "Toll-free numbers cannot be texted.",
    LineType.OTHER: "The number is a pager, a voicemail box or the like, and not texted.",
}


def unreachable(facts: Facts) -> Decision | None:
    """What the number itself has against it."""
    person = facts.person
    if person.line_type is not None and not person.line_type.can_receive_texts:
        return refuse(facts, "S-2", _KINDS[person.line_type])
    if person.number.is_toll_free:
        return refuse(facts, "S-2", _KINDS[LineType.TOLL_FREE])
    if person.number.is_premium:
        return refuse(facts, "S-2", "Premium and special numbers are not texted.")
    if person.number.e164.startswith("+1") and not person.number.is_north_american:
        return refuse(facts, "S-2", "The number has no area code of North America, so it cannot be texted.")
    if person.number.region not in TEXTABLE_REGIONS:
        return refuse(facts, "S-3", "This is no number of the United States, and only those are texted.")
    if person.not_in_table is not None:
        why = (
            f"Area code {person.number.area_code} is not in the table of US area codes of "
            f"{person.not_in_table}, so it may be abroad. Phone them instead. If it is new, put a newer "
            "table in place: mcdesk rules import."
        )
        return refuse(facts, "S-3", why)
    return None
