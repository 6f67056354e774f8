"""The [office] table of a configuration file: the firm, its hours and closed days, its goals and texting.

Must not: know lines, connections or wording (`configuration` does).
"""

from collections.abc import Iterator
from datetime import date, time, timedelta

from mcdesk.domain.hours import OfficeHours, Span
from mcdesk.domain.months import parse_months
from mcdesk.domain.office import Goals, Office, Profession, Texting
from mcdesk.domain.quiet_hours import FirmRule, Window
from mcdesk.domain.sections import Section, calendar_day, phone_number, time_zone, web_address
from mcdesk.domain.sequences import parse_length

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PROFESSIONS: tuple[Profession, ...] = ("law", "medical", "accounting", "other")
#: When the immediate answer to a call goes out (rule Q-2): as it comes, or in texting hours only.
FIRST_TEXT = ("any-hour", "hold")
#: The first text is to be out in 30 seconds.
LONGEST_CRM_DEADLINE = timedelta(seconds=20)


def read(section: Section) -> Office:
    """The office without what has tables of its own. Raises BadConfiguration."""
    goals = Goals()
    office = Office(
        name=section.take("name", str, expected="the firm's name in quotes").strip(),
        timezone=section.made("timezone", time_zone, "America/New_York"),
        profession=section.one_of("profession", PROFESSIONS, "law"),
        booking_link=section.made("booking_link", web_address, ""),
        public_url=section.made("public_url", web_address, "") or None,
        staff_phone=section.made("staff_phone", phone_number, None),
        hours=OfficeHours(_week(section.section("hours")), dict(_closed(section))),
        goals=Goals(
            acknowledge_within=section.made("acknowledge_within", parse_length, goals.acknowledge_within),
            reply_amber=section.made("reply_amber", parse_length, goals.reply_amber),
            reply_within=section.made("reply_within", parse_length, goals.reply_within),
        ),
        texting=_texting(section.section("texting")),
        keep_messages=section.made("keep_messages", parse_months, 24),
    )
    if not office.name:
        raise section.bad("name", "the firm's name must not be empty; callers see it in every text")
    section.done()
    return office


def _week(section: Section) -> dict[int, tuple[Span, ...]]:
    days: dict[int, tuple[Span, ...]] = {}
    for position, day in enumerate(DAYS):
        try:
            spans = tuple(Span.parse(str(text)) for text in section.take(day, list, []))
        except ValueError as error:
            raise section.bad(day, str(error)) from error
        if spans:
            days[position] = spans
    section.done()
    return days


def _closed(section: Section) -> Iterator[tuple[date, str]]:
    """Days with their names: ``"2026-12-24"``, or ``"2026-12-24 Christmas Eve"``."""
    for value in section.take("closed", list, [], expected='a list of days, such as ["2026-12-24"]'):
        day, _, name = value.strip().partition(" ") if isinstance(value, str) else (value, "", "")
        try:
            yield calendar_day(day), name.strip()
        except ValueError as error:
            raise section.bad("closed", f"{error}, with a name behind it if you like") from error


def _texting(section: Section) -> Texting:
    usual = Texting()
    days = _texting_days(section) if section.peek("hours") is not None else None
    limited = section.peek("daily_cost") is not None
    price = section.take("segment_price", float, usual.segment_price)
    most = section.take("daily_cost", float, 0.0)
    deadline = section.made("crm_deadline", parse_length, usual.crm_deadline)
    if deadline > LONGEST_CRM_DEADLINE:
        most_seconds = LONGEST_CRM_DEADLINE // timedelta(seconds=1)
        raise section.bad("crm_deadline", f"expected at most {most_seconds}s; the first text waits so long")
    if price < 0:
        raise section.bad("segment_price", f"expected what one segment costs in dollars, not {price:g}")
    if limited and most <= 0:
        raise section.bad("daily_cost", "expected dollars, more than 0; leave it out for no limit")
    first_texts = {each: section.take(each, str, of) for each, of in usual.first_texts.items()}
    texting = Texting(
        first_texts=first_texts,
        holds_first_text=section.one_of("first_text", FIRST_TEXT, "any-hour") == "hold",
        quiet=FirmRule(days=days, blocked=dict(_blocked(section.section("blocked_states")))),
        cooldown=section.made("cooldown", parse_length, usual.cooldown),
        segment_price=price,
        daily_cost=most if limited else None,
        crm_deadline=deadline,
    )
    section.done()
    return texting


def _texting_days(section: Section) -> tuple[Window | None, ...]:
    hours = section.section("hours")
    week = _week(hours)
    if not week:
        raise section.bad("hours", "names no day, so nothing would ever be texted; add one, or take it out")
    for position, spans in week.items():
        if len(spans) > 1:
            raise hours.bad(DAYS[position], "texting hours have no breaks; write one span")
    return tuple(_window(week[day][0]) if day in week else None for day in range(7))


def _window(span: Span) -> Window:
    return Window(_clock(span.start), _clock(span.end))


def _clock(since_midnight: timedelta) -> time:
    hours, minutes = divmod(since_midnight // timedelta(minutes=1), 60)
    return time(hours, minutes) if hours < 24 else time.max


def _blocked(section: Section) -> Iterator[tuple[str, date]]:
    for state, value in section.rest().items():
        try:
            yield state, calendar_day(value)
        except ValueError as error:
            raise section.bad(state, f"{error}, the first day on which it is texted again") from error
