"""Gates broken on purpose, each in one place, so that the checker can be seen to notice.

Must not: be used by any run that is to find real mistakes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from mcdesk.domain import caps, holidays, places, policy, quiet_hours
from mcdesk.domain.places import Place
from tests.simulation.running import HELD_FOR_EVER

Break = Callable[[], None]
#: Classes whose methods are replaced: nothing checks what by.
AreaCodes: Any = places.AreaCodes
Holidays: Any = holidays.Holidays
QuietHours: Any = quiet_hours.QuietHours


def _without(*rules: str) -> None:
    gone = {getattr(policy, rule) for rule in rules}
    policy._RULES = tuple(rule for rule in policy._RULES if rule not in gone)


def hours_are_ignored() -> None:
    _without("_window")


def one_zone_is_enough() -> None:
    """Only the first zone of the list counts, as if a number were surely there."""
    whole = AreaCodes.place

    def narrow(codes: Any, number: Any, *, state: str | None = None) -> Place:
        place = whole(codes, number, state=state)
        return Place(place.zones[:1], place.states)

    AreaCodes.place = narrow


def states_are_ignored() -> None:
    """The federal window and the firm's own are all there is."""
    binding = QuietHours._binding
    QuietHours._binding = lambda hours, place: binding(hours, Place(place.zones, ()))


def what_people_said_is_ignored() -> None:
    place = AreaCodes.place
    AreaCodes.place = lambda codes, number, *, state=None: place(codes, number)


def holidays_are_ignored() -> None:
    Holidays.on = lambda table, state, day: None


def the_last_minute_is_used() -> None:
    """The federal window ends at nine, with the text still on its way."""
    quiet_hours.MARGIN = timedelta(0)


def the_firms_rule_is_ignored() -> None:
    QuietHours.of = lambda hours, firm: hours


def every_call_is_answered() -> None:
    caps.ACKNOWLEDGEMENTS_PER_SPAN = 9


def three_automatic_texts_a_day() -> None:
    caps.AUTOMATIC_PER_SPAN = 3


def the_states_number_is_ignored() -> None:
    QuietHours.most_a_day = lambda hours, place: None


def leads_are_followed_for_ever() -> None:
    caps.AUTOMATIC_PER_LEAD = 99


def texts_come_in_a_hurry() -> None:
    caps._cooldown = lambda facts: None


def calls_are_never_too_long_ago() -> None:
    policy.FOLLOW_FOR = timedelta(days=60)


def first_texts_come_whenever() -> None:
    policy._first_text_within = lambda facts: timedelta(days=3)


def confirmations_come_late() -> None:
    policy.CONFIRM_WITHIN = timedelta(hours=1)


def help_comes_at_night() -> None:
    policy.ANSWER_WITHIN = timedelta(hours=2)


def opt_outs_are_forgotten() -> None:
    _without("_opted_out")


def people_are_ignored() -> None:
    _without("_ended", "_spoken_to")


def any_number_will_do() -> None:
    _without("_unreachable", "_by_hand")


def typed_texts_never_ask() -> None:
    policy._ask = lambda facts: ""


def openings_are_told_late() -> None:
    """A minute after the hour, to be on the safe side."""
    opening = QuietHours.next_opening

    def later(hours: Any, place: Place, at: datetime) -> datetime | None:
        found: datetime | None = opening(hours, place, at)
        return found + timedelta(minutes=1) if found is not None and found != at else found

    QuietHours.next_opening = later


def a_day_lasts_longer() -> None:
    """What was sent counts for an hour more than it should."""
    later = caps._later
    caps._later = lambda facts, rule, why, until: later(facts, rule, why, until + timedelta(hours=1))


def a_day_is_over_early() -> None:
    """What was sent counts as long as before, and is said to be free sooner."""
    caps.CAP_SPAN = timedelta(hours=20)


def follow_ups_end_early() -> None:
    policy.FOLLOW_FOR = timedelta(days=2)


#: Each with the check that must see it.
BREAKS: dict[str, tuple[Break, str]] = {
    each.__name__.replace("_", "-"): (each, check)
    for each, check in (
        (hours_are_ignored, "no text in a closed hour"),
        (one_zone_is_enough, "no text in a closed hour"),
        (states_are_ignored, "no text in a closed hour"),
        (what_people_said_is_ignored, "no text in a closed hour"),
        (holidays_are_ignored, "no text in a closed hour"),
        (the_last_minute_is_used, "no text in a closed hour"),
        (the_firms_rule_is_ignored, "no text in a closed hour"),
        (help_comes_at_night, "no text in a closed hour"),
        (every_call_is_answered, "one first text a day"),
        (three_automatic_texts_a_day, "two automatic texts a day"),
        (the_states_number_is_ignored, "no more texts than the state allows"),
        (leads_are_followed_for_ever, "four automatic texts of a lead"),
        (texts_come_in_a_hurry, "no two texts in a hurry"),
        (calls_are_never_too_long_ago, "no follow up after 14 days"),
        (first_texts_come_whenever, "no first text too late"),
        (confirmations_come_late, "no confirmation after five minutes"),
        (opt_outs_are_forgotten, "nothing after an opt out"),
        (people_are_ignored, "nothing automatic after a person acted"),
        (any_number_will_do, "nothing to who cannot be texted"),
        (typed_texts_never_ask, "a typed text asks in closed hours"),
        (openings_are_told_late, "nothing is held longer than needed"),
        (a_day_lasts_longer, "nothing is held longer than needed"),
        (a_day_is_over_early, HELD_FOR_EVER),
        (follow_ups_end_early, "nothing is refused without cause"),
    )
}


def break_gate(name: str | None) -> None:
    """In this process, for good; nothing where no name is given. Before anything is played."""
    if name:
        BREAKS[name][0]()
