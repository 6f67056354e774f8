"""An office's wording: what a new configuration is refused for, and what is said of it."""

import pytest

from mcdesk.app import read_office, shipped_rulebook
from mcdesk.domain.facts import Facts, Firm, History, Moment, Person, TextClass, Wording
from mcdesk.domain.numbers import Number
from mcdesk.domain.places import UNKNOWN_PLACE
from mcdesk.domain.policy import may_text
from mcdesk.domain.proofreading import proofread
from mcdesk.domain.sections import BadConfiguration
from mcdesk.domain.templates import Template
from mcdesk.domain.wording import problems
from tests.engine.rehearsal import NOW

RULES = shipped_rulebook()
FILE = """\
[office]
name = "Rivera & Cole"
booking_link = "https://riveracole.example/book"

[[templates]]
name = "first"
body = "{firm}: We missed your call. Text a good time or book: {link} Reply STOP to opt out."
"""
OFFER = FILE.replace("Text a good time or book", "For a free consultation book")


def refusal(source: str) -> str:
    with pytest.raises(BadConfiguration) as refused:
        proofread(source, read_office(source), RULES)
    return str(refused.value)


def test_a_forbidden_word_is_told_with_its_rule_and_a_better_one() -> None:
    told = refusal(FILE.replace("Text a good time", "We guarantee results. Text a good time"))
    assert told.startswith("line 7, templates[0].body: LAW001, Promises an outcome: 'guarantee'. ")
    assert 'Better: "we will call you back"' in told
    assert "warnings_accepted_by" not in told


def test_a_word_of_warning_wants_somebody_who_answers_for_it() -> None:
    told = refusal(OFFER)
    assert told.startswith(
        "line 7, templates[0].body: LAW012, Mentions fees or an offer: 'free consultation'. "
    )
    assert told.endswith('Or somebody answers for it: add warnings_accepted_by = "their name".')
    accepted = f'{OFFER}warnings_accepted_by = "Maria"\n'
    proofread(accepted, read_office(accepted), RULES)
    first = read_office(accepted).template("first", "en")
    assert first is not None
    assert first.warnings_accepted_by == "Maria"


def test_nobody_can_answer_for_an_error() -> None:
    promised = OFFER.replace("We missed", "We guarantee results. We missed")
    assert "LAW001" in refusal(f'{promised}warnings_accepted_by = "Maria"\n')


def test_a_text_without_a_way_out_or_the_firm_is_refused() -> None:
    assert "STR002" in refusal(FILE.replace(" Reply STOP to opt out.", ""))
    assert "STR001" in refusal(FILE.replace("{firm}: ", ""))


def test_what_is_wrong_with_the_link_is_told_where_it_stands() -> None:
    told = refusal(FILE.replace("https://", "http://").partition("[[templates]]")[0])
    assert told.startswith("line 3, office.booking_link: with this name and link our template first (en)")
    assert "URL002" in told


def test_a_sequence_does_not_say_the_same_twice() -> None:
    again = "Rivera & Cole: we missed your CALL - text a good time, or book: {link} Reply STOP to opt out!"
    more = f'{FILE}[[templates]]\nname = "again"\nbody = "{again.replace("Rivera & Cole", "{firm}")}"\n'
    steps = "\n".join(
        f'  {{after = "{after}", do = "text", template = "{name}"}},'
        for after, name in (("0s", "first"), ("4h", "again"))
    )
    told = refusal(f'{more}[[sequences]]\nname = "own"\nsteps = [\n{steps}\n]\n')
    assert told.startswith("line 13, sequences[0].steps: the texts first and again say the same (en)")


def test_a_state_nobody_knows_is_refused() -> None:
    told = refusal(f"{FILE}[office.texting]\nblocked_states = {{LN = 2026-12-01}}\n")
    assert told.startswith("line 9, office.texting.blocked_states.LN: is no state of the United States")


def test_a_frozen_text_is_judged_by_the_wording_it_was_made_of() -> None:
    office = read_office(FILE)
    template = office.template("first", "en")
    assert template is not None
    body = template.render({"firm": "Rivera & Cole", "link": "riveracole.example/book"})
    assert problems(office, RULES.linter, body=body, version=template.version) == ()
    gone = Template("first", "en", "{firm}: We guarantee results, {name}. {link} Reply STOP to opt out.")
    frozen = gone.render({"firm": "Rivera & Cole", "name": "Ana Díaz", "link": "riveracole.example/book"})
    (told,) = problems(office, RULES.linter, body=frozen, version=gone.version)
    assert told.startswith("LAW001, Promises an outcome: 'guarantee'. ")


def test_what_a_caller_is_called_is_no_wording() -> None:
    file = FILE.replace("We missed your call", "We missed your call, {name}")
    office = read_office(file)
    template = office.template("first", "en")
    assert template is not None
    body = template.render({"firm": office.name, "name": "Casino Guarantee", "link": "riveracole.example"})
    assert "Casino Guarantee" in body
    assert problems(office, RULES.linter, body=body, version=template.version) == ()


@pytest.mark.parametrize("name", ["Rivera’s “Law” Office", "Rivera  &  Cole", "Rivera – Cole"])
def test_the_firm_is_found_in_its_text_as_templates_write_it(name: str) -> None:
    body = Template("first", "en", "{firm}: Hello. Reply STOP to opt out.").render({"firm": name})
    facts = Facts(
        wording=Wording(text_class=TextClass.ACK, body=body),
        person=Person(number=Number("+14155550142"), place=UNKNOWN_PLACE),
        history=History(call_at=NOW),
        firm=Firm(name=name, quiet=RULES.quiet),
        moment=Moment(now=NOW),
    )
    assert name not in body
    assert may_text(facts).answer == "send"
