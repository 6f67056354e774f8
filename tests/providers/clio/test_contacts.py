"""Finding people by number, however it was typed, and making and naming records."""

import pytest

from mcdesk.domain.numbers import Number
from mcdesk.providers.clio.phones import is_among, is_only_a_number, renderings
from tests.providers.clio.office import CALLER, Office, caller, only

pytestmark = pytest.mark.anyio

TYPED = [
    "(415) 555-0142",
    "415-555-0142",
    "4155550142",
    "+14155550142",
    "14155550142",
    "415.555.0142",
    "+1 415-555-0142",
    "1 (415) 555-0142",
    "(415) 555-0142 ext. 12",
    "415-555-0142 (cell, evenings)",
]


@pytest.mark.parametrize("typed", TYPED)
async def test_a_person_is_found_however_the_number_was_typed(office: Office, typed: str) -> None:
    known = office.contact("Dana Reyes", "(415) 555-0100", typed)
    (found,) = await office.desk().find_contacts(CALLER)
    assert (found.id, found.name) == (known, "Dana Reyes")
    assert found.url == f"{office.pretend.url}/nc/#/contacts/{known}"


@pytest.mark.parametrize(
    "typed", ["(415) 555-01420", "(628) 555-0142", "+44 415 555 0142", "555-0142", "415 555 01 4"]
)
async def test_a_number_that_only_looks_alike_is_nobodys(office: Office, typed: str) -> None:
    office.contact("Somebody Else", typed)
    assert await office.desk().find_contacts(CALLER) == []


async def test_everybody_with_the_same_number_is_found_people_and_companies(office: Office) -> None:
    ids = {
        office.contact("Dana Reyes", "(415) 555-0142"),
        office.contact("Sam Reyes", "(415) 555-0142"),
        office.contact("Reyes Bakery", "(415) 555-0142", kind="Company"),
    }
    found = await office.desk().find_contacts(CALLER)
    assert {contact.id for contact in found} == ids
    assert len(found) == 3


async def test_a_second_person_typed_in_another_way_is_found_too(office: Office) -> None:
    ids = {office.contact("Dana Reyes", "(415) 555-0142"), office.contact("Sam Reyes", "+1 415 555 0142")}
    found = await office.desk().find_contacts(CALLER)
    assert {contact.id for contact in found} == ids
    assert len(office.asked("GET", "/contacts.json")) == len(renderings(CALLER))


async def test_a_match_behind_two_hundred_others_is_found(office: Office) -> None:
    for index in range(205):
        office.contact(f"Client {index}", f"(628) 555-0142 x{index}")
    known = office.contact("Dana Reyes", "tel 1/415 555-0142")
    (found,) = await office.desk().find_contacts(CALLER)
    assert found.id == known


async def test_a_number_from_abroad_is_found_as_written_and_in_international_form(office: Office) -> None:
    abroad = Number("+442079460142")
    known = office.contact("Robin Hale", "+44 20 7946 0142")
    (found,) = await office.desk().find_contacts(abroad)
    assert found.id == known


async def test_a_caller_without_a_name_gets_the_number_as_a_stand_in(office: Office) -> None:
    made = await office.desk().create_contact(caller())
    record = only(office.pretend.contacts)
    assert made.name == record["name"] == "Caller (415) 555-0142"
    assert (record["first_name"], record["last_name"], record["type"]) == (
        "Caller",
        "(415) 555-0142",
        "Person",
    )
    (found,) = await office.desk().find_contacts(CALLER)
    assert found == made


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Dana Reyes", "Dana", "Reyes"),
        ("Ana María de la Cruz", "Ana María de la", "Cruz"),
        (" Dana ", "", "Dana"),
    ],
)
async def test_a_caller_with_a_name_gets_all_three_names(
    office: Office, name: str, first: str, last: str
) -> None:
    await office.desk().create_contact(caller(name))
    record = only(office.pretend.contacts)
    assert (record["name"], record["first_name"], record["last_name"]) == (name.strip(), first, last)
    assert record["primary_phone_number"] == "(415) 555-0142"


async def test_a_stand_in_is_replaced_by_the_name(office: Office) -> None:
    desk = office.desk()
    made = await desk.create_contact(caller())
    await desk.rename_contact(made.id, "Dana")
    record = only(office.pretend.contacts)
    assert (record["name"], record["first_name"], record["last_name"]) == ("Dana", "", "Dana")


async def test_a_name_the_firm_gave_is_kept(office: Office) -> None:
    known = office.contact("Dana Reyes", "(415) 555-0142")
    await office.desk().rename_contact(known, "Dan Rays")
    assert only(office.pretend.contacts)["name"] == "Dana Reyes"
    assert office.asked("PATCH") == []


def test_only_numbers_count_as_stand_ins() -> None:
    assert is_only_a_number("Caller (415) 555-0142")
    assert is_only_a_number("415-555-0142")
    assert not is_only_a_number("Caller Reyes")
    assert not is_only_a_number("")


def test_a_number_among_empty_and_hidden_ones_is_seen() -> None:
    assert is_among(CALLER, [None, "", "see notes", "415 555 0142"])
    assert not is_among(CALLER, [None, "", "see notes"])
