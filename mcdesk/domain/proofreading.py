"""What a new configuration must not say, although it can be read: it would mean something else than it says.

Must not: be asked of a configuration in force; an office that works by one goes on.
"""

import tomllib
from collections.abc import Callable
from datetime import timedelta

from mcdesk.domain import wording, wording_list
from mcdesk.domain.addresses import check_base_address, check_page_address
from mcdesk.domain.languages import lacking
from mcdesk.domain.lateness import HELD_AT_MOST
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import Office
from mcdesk.domain.rulebook import Rulebook
from mcdesk.domain.sections import mistake
from mcdesk.domain.sequences import write_length

#: With less time than this no first text would get out.
SOONEST = timedelta(seconds=30)
#: What an office always has: an empty text would silently stand for the default.
NEVER_EMPTY = ("timezone", "acknowledge_within", "reply_amber", "reply_within")


def proofread(source: str, office: Office, rules: Rulebook) -> None:
    """Look through what `source` says once more. Raises BadConfiguration with line and key."""
    _nothing_empty(source)
    _answers_in_time(source, office)
    _each_line_once(source, office)
    _check(source, "public_url", office.public_url, check_base_address)
    _check(source, "booking_link", office.booking_link, check_page_address)
    _states_exist(source, office, rules)
    _languages_are_there(source, office)
    wording_list.look_over(source, office)
    wording.look_through(source, office, rules.linter)


def _nothing_empty(source: str) -> None:
    table = tomllib.loads(source)["office"]
    for key in NEVER_EMPTY:
        if table.get(key) == "":
            raise mistake(source, "office", key, "is empty; give it a value, or take the line out")


def _answers_in_time(source: str, office: Office) -> None:
    within = office.goals.acknowledge_within
    if not SOONEST <= within <= HELD_AT_MOST:
        expected = f"expected {write_length(SOONEST)} to {write_length(HELD_AT_MOST)}"
        raise mistake(
            source,
            "office",
            "acknowledge_within",
            f"{expected}, not {write_length(within)}: a person phones then",
        )


def _each_line_once(source: str, office: Office) -> None:
    seen: dict[Number, int] = {}
    for position, line in enumerate(office.lines):
        first = seen.setdefault(line.number, position)
        if first != position:
            raise mistake(
                source,
                f"lines[{position}]",
                "number",
                f"{line.number.spoken} is a line already (lines[{first}]); take one of the two out",
            )


def _states_exist(source: str, office: Office, rules: Rulebook) -> None:
    for state in office.texting.quiet.blocked:
        if state not in rules.area_codes.states:
            expected = "is no state of the United States; write its two letters, such as LA"
            raise mistake(source, "office.texting.blocked_states", state, expected)


def _languages_are_there(source: str, office: Office) -> None:
    for each in lacking(office):
        of = f"lines[{office.lines.index(each.line)}]"
        if each.track is not None:
            of = f"tracks[{office.tracks.index(each.track)}]"
        raise mistake(source, of, "language", f"{each}; {each.fix}")


def _check(source: str, key: str, address: str | None, check: Callable[[str], None]) -> None:
    if not address:
        return
    try:
        check(address)
    except ValueError as error:
        raise mistake(source, "office", key, str(error)) from error
