"""Gates broken on purpose, each in one place, so that the checker can be seen to notice.

Must not: be used by any run that is to find real mistakes.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mcdesk.domain import caps, exemptions, holidays, lateness, places, policy, quiet_hours, reachable
from mcdesk.domain.answering import decide, refuse
from mcdesk.domain.facts import Decision, Facts, TextClass
from mcdesk.domain.places import Place
from tests.simulation.running import HELD_FOR_EVER

Break = Callable[[], None]
#: Where something is replaced that is not theirs to give, or a method: nothing checks what by.
Gate: Any = policy
AreaCodes: Any = places.AreaCodes
Holidays: Any = holidays.Holidays
QuietHours: Any = quiet_hours.QuietHours


def _without(*rules: str) -> None:
    gone = {getattr(policy, rule) for rule in rules}
    policy._RULES = tuple(rule for rule in policy._RULES if rule not in gone)


def _instead(name: str, broken: policy.Rule) -> None:
    whole = getattr(policy, name)
    policy._RULES = tuple(broken if rule is whole else rule for rule in policy._RULES)


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
    lateness.FOLLOW_FOR = timedelta(days=60)


def first_texts_come_whenever() -> None:
    lateness._first_text = lambda facts, called: called + timedelta(days=3)


def first_texts_are_good_for_18_hours() -> None:
    """Wherever the firm holds them, as if the hours had been closed all the time."""
    lateness._first_text = lambda facts, called: called + lateness.HELD_AT_MOST


def first_texts_end_with_the_hours() -> None:
    """A call of the last minutes is not answered in the morning."""
    whole = lateness._first_text

    def short(facts: Facts, called: datetime) -> datetime:
        quiet, place = facts.firm.quiet, facts.person.place
        opening = quiet.next_opening(place, called) or called
        return min(whole(facts, called), opening + facts.firm.acknowledge_within)

    lateness._first_text = short


def first_texts_are_held_for_ever() -> None:
    lateness.HELD_AT_MOST = timedelta(days=3)


def first_texts_never_wait_for_their_turn() -> None:
    later = caps._later

    def at_once(facts: Facts, rule: str, why: str, until: datetime) -> Decision:
        is_first = facts.wording.text_class is TextClass.ACK
        return refuse(facts, rule, why) if is_first else later(facts, rule, why, until)

    caps._later = at_once


def texts_wait_for_nothing() -> None:
    """What has to wait is held, however late that is."""
    caps._later = lambda facts, rule, why, until: decide(facts, "hold", why, rule=rule, until=until)


def nobody_hears_when_it_is_too_late() -> None:
    Gate.decide = lambda *given, **named: decide(*given, **{**named, "not_after": None})


def first_texts_go_to_blocked_states() -> None:
    _without("_state_blocked")


def a_wrong_clock_is_ignored() -> None:
    _without("_clock")


def a_wrong_clock_is_looked_at_last() -> None:
    """As if it were no more than the state of things."""
    _without("_clock")
    policy._RULES = (*policy._RULES, policy._clock)


def a_wrong_clock_makes_texts_old() -> None:
    """Ages are told by it all the same."""
    lateness.now_as_of = Gate.now_as_of = lambda facts, since: facts.moment.now


def unread_texts_are_ignored() -> None:
    _without("_unread")


def help_comes_before_all_is_read() -> None:
    unread, is_help = policy._unread, TextClass.HELP
    _instead("_unread", lambda facts: None if facts.wording.text_class is is_help else unread(facts))


def they_are_texted_while_they_call() -> None:
    _without("_on_the_line")


def confirmations_come_late() -> None:
    lateness.CONFIRM_WITHIN = timedelta(hours=1)


def confirmations_come_twice() -> None:
    unconfirmed = policy._unconfirmed
    _instead("_unconfirmed", lambda facts: unconfirmed(replace(facts, history=_nothing_sent(facts))))


def _nothing_sent(facts: Facts) -> Any:
    return replace(facts.history, sent=())


def opt_outs_are_confirmed_after_they_ended() -> None:
    unconfirmed = policy._unconfirmed
    _instead(
        "_unconfirmed",
        lambda facts: unconfirmed(replace(facts, person=replace(facts.person, opted_out=True))),
    )


def help_comes_late() -> None:
    lateness.ANSWER_WITHIN = timedelta(hours=2)


def help_comes_again_and_again() -> None:
    caps._help = lambda facts: None


def first_texts_come_at_any_hour() -> None:
    """However long ago the call is."""
    exemptions.IMMEDIATE = timedelta(hours=18)


def texts_arrive_as_late_as_carriers_like() -> None:
    Gate.good_until = lateness.not_after


def any_area_code_will_do() -> None:
    unreachable = reachable.unreachable
    _instead(
        "unreachable",
        lambda facts: unreachable(replace(facts, person=replace(facts.person, not_in_table=None))),
    )


def who_may_be_anywhere_is_texted_into_blocked_states() -> None:
    QuietHours._block = lambda hours, rule, day: "blocked" if day < hours._blocked.get(rule.name, day) else ""


def typed_texts_are_their_writers_at_once() -> None:
    lateness.TYPED_WITHIN = timedelta(seconds=10)


def opt_outs_are_forgotten() -> None:
    _without("_opted_out")


def people_are_ignored() -> None:
    _without("_ended", "_spoken_to")


def any_number_will_do() -> None:
    _without("unreachable", "_by_hand", "_never", "_blocked", "_machine")


def typed_texts_never_ask() -> None:
    Gate.ask = lambda facts: ""


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
    lateness.FOLLOW_FOR = timedelta(days=2)


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
        (every_call_is_answered, "one first text a day"),
        (three_automatic_texts_a_day, "two automatic texts a day"),
        (the_states_number_is_ignored, "no more texts than the state allows"),
        (leads_are_followed_for_ever, "four automatic texts of a lead"),
        (texts_come_in_a_hurry, "no two texts in a hurry"),
        (calls_are_never_too_long_ago, "no follow up after 14 days"),
        (first_texts_come_whenever, "no first text too late"),
        (first_texts_are_good_for_18_hours, "no first text too late"),
        (first_texts_are_held_for_ever, "no first text too late"),
        (first_texts_go_to_blocked_states, "no first text into a blocked state"),
        (help_comes_again_and_again, "one help a day"),
        (first_texts_come_at_any_hour, "no text in a closed hour"),
        (texts_arrive_as_late_as_carriers_like, "nothing arrives after its hours"),
        (any_area_code_will_do, "nothing to who cannot be texted"),
        (who_may_be_anywhere_is_texted_into_blocked_states, "no text in a closed hour"),
        (help_comes_late, "no help after ten minutes"),
        (typed_texts_are_their_writers_at_once, "every answer says when it is too late"),
        (confirmations_come_late, "no confirmation after five minutes"),
        (confirmations_come_twice, "one confirmation of an opt out"),
        (opt_outs_are_confirmed_after_they_ended, "no confirmation without an opt out"),
        (opt_outs_are_forgotten, "nothing after an opt out"),
        (people_are_ignored, "nothing automatic after a person acted"),
        (any_number_will_do, "nothing to who cannot be texted"),
        (a_wrong_clock_is_ignored, "nothing by a wrong clock"),
        (unread_texts_are_ignored, "no text before all is read"),
        (help_comes_before_all_is_read, "no text before all is read"),
        (they_are_texted_while_they_call, "nothing automatic while they call"),
        (typed_texts_never_ask, "a typed text asks in closed hours and beyond the states number"),
        (openings_are_told_late, "nothing is held longer than needed"),
        (a_day_lasts_longer, "nothing is held longer than needed"),
        (a_day_is_over_early, HELD_FOR_EVER),
        (texts_wait_for_nothing, "nothing is held past its time"),
        (nobody_hears_when_it_is_too_late, "every answer says when it is too late"),
        (follow_ups_end_early, "nothing is refused without cause"),
        (first_texts_end_with_the_hours, "every answer says when it is too late"),
        (first_texts_never_wait_for_their_turn, "nothing is refused without cause"),
        (a_wrong_clock_is_looked_at_last, "nothing is refused without cause"),
        (a_wrong_clock_makes_texts_old, "nothing is refused without cause"),
    )
}


def break_gate(name: str | None) -> None:
    """In this process, for good; nothing where no name is given. Before anything is played."""
    if name:
        BREAKS[name][0]()
