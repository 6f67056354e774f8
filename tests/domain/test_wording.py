"""An office's wording: what a new configuration is refused for, and what is said of it."""

import re

import pytest

from mcdesk.app import read_office, shipped_rulebook
from mcdesk.domain.facts import Facts, Firm, History, Moment, Person, TextClass, Wording
from mcdesk.domain.numbers import Number
from mcdesk.domain.places import UNKNOWN_PLACE
from mcdesk.domain.policy import may_text
from mcdesk.domain.proofreading import proofread
from mcdesk.domain.sections import BadConfiguration
from mcdesk.domain.segments import segments
from mcdesk.domain.templates import SAMPLES, Template
from mcdesk.domain.wording import answered_for, findings, notices, problems, refused
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
    assert "LAW012" in told
    assert told.endswith(f"{asked_for(OFFER)}.")
    accepted = f"{OFFER}{answered(OFFER)}"
    proofread(accepted, read_office(accepted), RULES)
    first = read_office(accepted).template("first", "en")
    assert first is not None
    assert answered_for(read_office(accepted), first.version) == "Maria: LAW012"


def asked_for(source: str) -> str:
    """What is to be written for somebody to answer for it."""
    return str(re.findall(r'warnings_accepted = "[^"]*"', refusal(source))[0])


def answered(source: str, by: str = "Maria") -> str:
    return f'warnings_accepted_by = "{by}"\n{asked_for(source)}\n'


def test_a_name_answers_for_the_words_it_was_asked_about_and_no_others() -> None:
    yes = answered(OFFER)
    other = OFFER.replace("We missed your call", "We missed your call about your divorce")
    assert "LAW012" in refusal(f"{other}{yes}")
    assert "LAW017" in refusal(f"{other}{yes}")
    assert 'warnings_accepted = "' in refusal(f'{OFFER}warnings_accepted_by = "Maria"\n'), "for no words"
    fewer = answered(other).replace(" LAW017", "")
    assert "LAW017" in refusal(f"{other}{fewer}")
    assert "LAW012," not in refusal(f"{other}{fewer}")


@pytest.mark.parametrize("name", [".", "x", "", "1", "- -"])
def test_a_dot_is_nobody_s_name(name: str) -> None:
    told = refusal(f"{OFFER}{answered(OFFER, name)}")
    assert "templates[0].warnings_accepted_by" in told
    assert "is no name" in told


@pytest.mark.parametrize("language", ["fr", "english", "spanish"])
def test_a_language_without_rules_is_refused_by_its_name(language: str) -> None:
    told = refusal(FILE.replace('name = "first"', f'name = "first"\nlanguage = "{language}"'))
    assert f"no wording rules for '{language}', only for en (English) and es (Spanish)" in told


def test_a_promise_is_none_less_for_being_called_spanish() -> None:
    promised = FILE.replace("We missed", "We guarantee we will win. We missed")
    told = refusal(promised.replace('name = "first"', 'name = "first"\nlanguage = "es"'))
    assert "LAW001" in told
    assert "LAW002" in told


NO_LINK = FILE.replace('booking_link = "https://riveracole.example/book"\n', "")


def test_a_blank_for_a_link_wants_a_link() -> None:
    told = refusal(NO_LINK)
    assert told.startswith("line 6, templates[0].body: first (en) has {link}, and there is none. ")
    plain = NO_LINK.replace(" or book: {link}", ".")
    proofread(plain, read_office(plain), RULES)


def test_our_own_wording_does_without_a_link() -> None:
    office = read_office(NO_LINK.partition("[[templates]]")[0])
    for template in office.templates:
        assert "{link}" not in template.body
        body = template.render({**SAMPLES, "link": ""})
        assert findings(office, RULES.linter, template, rendered=body) == (), template.name
        assert segments(body).parts == 1
    linked = read_office(FILE.partition("[[templates]]")[0]).template("second", "en")
    assert linked is not None
    assert "{link}" in linked.body


@pytest.mark.parametrize("host", ["192.0.2.7", "ann:hush@riveracole.example"])
def test_a_link_without_a_name_or_with_a_password_is_refused(host: str) -> None:
    source = FILE.replace("riveracole.example", host)
    assert "office.booking_link" in refusal(source)
    assert {each.rule for _, found in refused(read_office(source), RULES.linter) for each in found} == {
        "URL002"
    }


def test_what_a_name_costs_in_our_templates_is_said_with_its_plain_form() -> None:
    source = FILE.partition("[[templates]]")[0].replace("Rivera & Cole", "Łódź Legal")
    proofread(source, read_office(source), RULES)
    (told,) = notices(read_office(source), RULES.linter)
    assert 'name = "Lódz Legal"' not in told
    assert 'In plain letters: name = "Lodz Legal"' in told
    assert "takes 3, $0.0339 a text" in told
    plain = source.replace("Łódź", "Lodz")
    assert list(notices(read_office(plain), RULES.linter)) == []


LATE = '[[tracks]]\nname = "late"\nwhen = "after-hours"\nsequence = "law-4-24-72"\n'
PLAN = '[[sequences]]\nname = "own"\nsteps = [{steps}]\n'
STEP = '{{after = "4h", do = "text", template = "{}"}}'


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            '[[templates]]\nname = "first"\nbody = "{firm}: Hello. Reply STOP to opt out."\n',
            "another 'first' further down",
        ),
        (
            '[[templates]]\nname = " "\nbody = "{firm}: Hello. Reply STOP to opt out."\n',
            "templates[1].name: is empty",
        ),
        (
            PLAN.format(steps=STEP.format("optout_confirm")),
            "sequences[0].steps[0].template: 'optout_confirm' answers",
        ),
        (PLAN.format(steps=STEP.format("first")) * 2, "another 'own' further down"),
        ('[office.texting]\nvoicemail = "help"\n', "office.texting.voicemail: 'help' answers"),
        (
            f'{LATE}template = "second"\n',
            "tracks[0].template: the texts second and second say the same",
        ),
        (
            '[[templates]]\nname = "hello"\nbody = "{firm}: {name}, following up on your call. Still want to '
            "talk? "
            f'Reply CALL or pick a time: {{link}} Reply STOP to opt out."\n{LATE}template = "hello"\n',
            "tracks[0].template: the texts hello and second say the same",
        ),
        (
            '[office.texting]\nvoicemail = "second"\n'
            '[[lines]]\nnumber = "+14155550100"\nsequence = "law-4-24-72"\n',
            "office.texting.voicemail: the texts second and second say the same",
        ),
    ],
)
def test_what_is_doubled_of_no_use_or_repeated_is_refused(more: str, said: str) -> None:
    assert said in refusal(f"{FILE}{more}")


def test_a_first_text_nobody_wrote_is_refused() -> None:
    with pytest.raises(BadConfiguration, match=r"office\.texting\.voicemail: there is no template 'hello'"):
        read_office(f'{FILE}[office.texting]\nvoicemail = "hello"\n')


def test_nobody_can_answer_for_an_error() -> None:
    promised = OFFER.replace("We missed", "We guarantee results. We missed")
    digest = read_office(promised).templates[0].digest
    yes = f'warnings_accepted_by = "Maria"\nwarnings_accepted = "{digest} LAW001 LAW012"\n'
    assert "LAW001" in refusal(f"{promised}{yes}")


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
