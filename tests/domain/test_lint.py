"""The wording rules, each with a text that breaks it and a near miss that does not."""

import csv
import tomllib
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.domain.configuration import read
from mcdesk.domain.consent import Keywords
from mcdesk.domain.drafts import CHECKS, Draft
from mcdesk.domain.facts import TextClass
from mcdesk.domain.lint import Finding, Linter, repeats
from mcdesk.domain.office import Profession
from mcdesk.domain.office_section import PROFESSIONS
from mcdesk.domain.segments import segments
from mcdesk.domain.tables import BadTable
from mcdesk.domain.templates import SAMPLES, Template
from mcdesk.settings import resource_folder

TABLE = resource_folder() / "compliance" / "template_lint_rules.csv"
KEYWORDS = resource_folder() / "compliance" / "optout_keywords.csv"
SAMPLE_TEXTS = resource_folder() / "compliance" / "sample_messages.csv"
STARTER = resource_folder() / "starter.toml"
SOURCE = Path(__file__).parents[3] / "shared" / "compliance" / "template_lint_rules.csv"

ROWS = {row["id"]: row for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines())}
with KEYWORDS.open(encoding="utf-8", newline="") as lines:
    WORDS = Keywords.read(lines)
LINTER = Linter.read(TABLE.read_text(encoding="utf-8").splitlines(), keywords=WORDS)

FIRM = SAMPLES["firm"]
CLASSES = {
    "help": TextClass.HELP,
    "optout_confirm": TextClass.OPTOUT_CONFIRM,
    "wrong_number": TextClass.OPTOUT_CONFIRM,
}
FIRST = Draft(
    body="{firm}: Sorry we missed your call. Reply STOP to opt out.",
    text_class=TextClass.ACK,
    profession="law",
    firm=FIRM,
)
HELP = "{firm}: Help: {phone} Msg&data rates may apply. STOP to opt out."
CONFIRM = "{firm}: You are opted out."
LONG = "{firm}: " + "We will call you. " * 7

FOLLOWUP, HELPING, CONFIRMING = TextClass.FOLLOWUP, TextClass.HELP, TextClass.OPTOUT_CONFIRM


class Pair(NamedTuple):
    """A text that breaks the rule, and one that only looks like it."""

    bad: str
    good: str
    text_class: TextClass = FOLLOWUP
    firm: str = FIRM
    name: str = ""
    domain: str = ""


PAIRS = {
    "LAW001": Pair("We guarantee a settlement", "Prior results do not guarantee a similar outcome"),
    "LAW002": Pair("We will definitely win", "We will call you back"),
    "LAW003": Pair("You have a strong case", "Before you claim, let us talk"),
    "LAW004": Pair("You should not sign", "You can reach us at noon"),
    "LAW005": Pair("Don’t talk to the police", "We do not answer texts at night"),
    "LAW006": Pair("You have only 30 days to file", "You have until 5 pm to reach us"),
    "LAW007": Pair(
        "As your attorney, we care", "Keep details until we confirm in writing that we represent you"
    ),
    "LAW008": Pair("We are taking your case", "We got your message"),
    "LAW009": Pair("The #1 injury law firm", "The best time to call"),
    "LAW010": Pair("Ask our injury specialist", "We wrote to you by certified mail"),
    "LAW011": Pair("We won $2 million", "A call back costs $0"),
    "LAW012": Pair("Book a free consultation", "We are free to talk at noon"),
    "LAW013": Pair("Urgent! Call us", "No hurry, call when you can"),
    "LAW014": Pair("A five-star firm", "We reviewed your message"),
    "LAW015": Pair("This chat is private. Your messages are confidential", "This text is not confidential"),
    "LAW016": Pair("Tell us what happened", "Please do not send details by text"),
    "LAW017": Pair("About your car accidents", "Message and data charges may apply"),
    "LAW018": Pair("I'm attorney Smith", "This is the office of your attorney"),
    "LAW019": Pair("Please sign the retainer", "Only with a signed agreement"),
    "LAW020": Pair("Switch lawyers today", "Leave a message for your lawyer"),
    "LAW021": Pair("The court told us to call", "The court is across from our office"),
    "LAW022": Pair("We saw that you called", "We saw the message"),
    "LES001": Pair("Garantizamos el resultado", "Le llamaremos sin falta"),
    "LES002": Pair("Vamos a ganar", "Vamos a llamarle"),
    "LES003": Pair("Usted tiene un buen caso", "¿Tiene un buen momento?"),
    "LES004": Pair("Usted debe demandar", "Usted puede llamarnos"),
    "LES005": Pair("Somos sus abogados", "Si ya es cliente, no somos sus abogadas de turno"),
    "LES006": Pair("Los mejores abogados", "El mejor momento para llamar"),
    "LES007": Pair("Abogados certificados", "Le mandamos correo certificado"),
    "LES008": Pair("Notaría y notario público", "Notamos su llamada"),
    "LES009": Pair("Sólo hoy", "Hoy le llamamos"),
    "LES010": Pair("Sobre sus accidentes", "Sobre su llamada"),
    "LES011": Pair("Consulta gratis", "Consulta por teléfono"),
    "LES012": Pair("Su mensaje es confidencial", "Este mensaje no es confidencial"),
    "LES013": Pair("Cuéntenos lo que pasó", "No mande detalles del caso"),
    "MED001": Pair("Take 50mg. Your x-rays are here", "Your visit is at 10"),
    "MED002": Pair("Oncology clinic", "Our clinic"),
    "MED003": Pair("Stop taking your pills", "Stop by the desk"),
    "ACC001": Pair("Your refund is ready", "Your papers are ready"),
    "ACC002": Pair("Your 1040 shows $12,345", "Bring your W-2 by April 15 at 10:30"),
    "ACC003": Pair("IRS approved", "The IRS called"),
    "PII001": Pair("It is 123-45-6789", "Call 415-555-0100"),
    "PII002": Pair("Card 4111 1111 1111 1111", "Call +1 415 555 0100"),
    "PII003": Pair("Reply with your account numbers", "Ask for our number"),
    "PII004": Pair("{practice_area}", "{line}"),
    "PII005": Pair("Mande su número de seguro social", "Mande un mensaje"),
    "URL001": Pair("https://www.bit.ly/abc", "riviera-t.co/book"),
    "URL002": Pair("http://x.example", "https://x.example"),
    "URL003": Pair("book.example/now", "book.rivera.example/now", domain="rivera.example"),
    "CAR001": Pair("We offer debt relief", "We offer relief on Mondays"),
    "CAR002": Pair("FREE MONEY CALL now!!", "PLEASE CALL now!"),
    "STR001": Pair("We missed your call", "Rivera & Cole Office: We missed your call"),
    "STR002": Pair("Reply STOP. Stop by to cancel.", "Reply STOP to opt out."),
    "STR003": Pair("{firm}: Help is near. STOP to opt out.", HELP, HELPING),
    "STR004": Pair(f"{CONFIRM} Book again?", f"{CONFIRM} Do you mean all texts?", CONFIRMING),
    "STR005": Pair("[Firm Name]: we missed you", "Call us [se habla español]"),
    "STR006": Pair(LONG + "Thank you and goodbye", LONG),
    "STR007": Pair("Más tarde", "Mañana “si” no: ¿qué tal?"),
    "STR008": Pair("Pick a time: {link}", "No attorney-client relationship yet: {link}", name="booking"),
    "STR009": Pair("Reply yes to confirm", "Reply CALL. Yes, we are open"),
    "STR010": Pair("Reply CANCEL to cancel your appointment", "Reply CANCEL to opt out, HELP for help"),
    "STR011": Pair("{link} or other.example/x", "{link} or call, or mail desk@rivera.example"),
    "STR012": Pair("a" * 1531, "a" * 1530),
}


def rules_of(draft: Draft) -> list[str]:
    return [finding.rule for finding in LINTER.check(draft)]


def pair_draft(rule: str, body: str) -> Draft:
    row, pair = ROWS[rule], PAIRS[rule]
    profession = row["profession"] if row["profession"] != "all" else "other"
    language = next((each for each in row["language"].split("|") if each != "any"), "en")
    return Draft(
        body=body,
        text_class=pair.text_class,
        profession=next(each for each in PROFESSIONS if each == profession),
        firm=pair.firm,
        language=language,
        name=pair.name,
        domain=pair.domain,
    )


def test_every_rule_of_the_table_has_its_pair() -> None:
    assert set(PAIRS) == set(ROWS)


@pytest.mark.parametrize("rule", PAIRS)
def test_a_text_that_breaks_the_rule_is_found(rule: str) -> None:
    found = {each.rule: each for each in LINTER.check(pair_draft(rule, PAIRS[rule].bad))}
    assert rule in found
    severity = "error" if ROWS[rule]["severity"] == "error" else "warning"
    assert (found[rule].severity, found[rule].what) == (severity, ROWS[rule]["message"])
    assert found[rule].why.startswith(ROWS[rule]["why"])


@pytest.mark.parametrize("rule", PAIRS)
def test_its_near_miss_is_not(rule: str) -> None:
    assert rule not in rules_of(pair_draft(rule, PAIRS[rule].good))


@pytest.mark.parametrize("rule", [rule for rule, row in ROWS.items() if row["bad_example"]])
def test_the_table_s_own_example_is_found(rule: str) -> None:
    assert rule in rules_of(pair_draft(rule, ROWS[rule]["bad_example"]))


@pytest.mark.skipif(not SOURCE.exists(), reason="the table it was made from is not beside this checkout")
def test_every_rule_of_the_source_is_there_as_severe_as_it_was() -> None:
    with SOURCE.open(encoding="utf-8", newline="") as file:
        source = {row["id"]: row for row in csv.DictReader(file)}
    same = ("severity", "language", "type", "profession", "rule_touched", "bad_example")
    for rule, row in source.items():
        assert {column: ROWS[rule][column] for column in same} == {column: row[column] for column in same}
    assert sorted(set(ROWS) - set(source)) == ["LES011", "LES012", "LES013", "PII005", "STR011", "STR012"]


def sample_rows() -> list[dict[str, str]]:
    with SAMPLE_TEXTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("profession", PROFESSIONS)
@pytest.mark.parametrize("row", sample_rows(), ids=lambda row: f"{row['key']}-{row['language']}")
def test_the_sample_texts_have_nothing_to_mend_and_the_length_they_say(
    row: dict[str, str], profession: Profession
) -> None:
    draft = Draft(
        body=row["template"],
        text_class=CLASSES.get(row["key"], TextClass.ACK),
        profession=profession,
        firm=FIRM,
        language=row["language"],
        name=row["key"],
        domain="riveracole.example",
    )
    assert LINTER.check(draft) == ()
    text = Template(row["key"], row["language"], row["template"]).render(SAMPLES)
    assert LINTER.check(replace(draft, rendered=text)) == ()
    count = segments(text)
    assert (count.encoding, count.units) == ("GSM-7", int(row["rendered_length_gsm7"]))
    assert count.parts == int(row["segments"]) == 1


def test_the_starter_texts_have_nothing_to_mend_and_fit_one_segment() -> None:
    office = read(STARTER.read_text(encoding="utf-8"))
    for template in office.templates:
        for profession in PROFESSIONS:
            draft = Draft(
                body=template.body,
                text_class=CLASSES.get(template.name, TextClass.ACK),
                profession=profession,
                firm=FIRM,
                language=template.language,
                name=template.name,
            )
            assert (template.name, template.language, LINTER.check(draft)) == (
                template.name,
                template.language,
                (),
            )
        assert segments(template.render(SAMPLES)).parts == 1
    for sequence, language in product(office.sequences, ("en", "es")):
        names = [step.template for step in sequence.steps if step.do == "text"]
        found = [(name, office.template(name, language)) for name in names]
        bodies = [(name, template.body) for name, template in found if template is not None]
        assert len(bodies) == len(names) >= 2
        assert repeats(bodies) == ()


GUIDE = (
    "Hi, we saw that you called {firm} and we missed you. We want to help — reply to this text or schedule a "
    "free consultation at {link}. We'll follow up shortly."
)


def test_the_legal_guide_s_own_first_text_raises_two_warnings_of_wording() -> None:
    findings = LINTER.check(replace(FIRST, body=f"{GUIDE} Reply STOP to opt out"))
    assert {each.severity for each in findings} == {"warning"}
    # with a firm and a link in it, it is two segments besides
    assert [each.rule for each in findings] == ["LAW012", "LAW022", "STR006"]
    assert [each.found for each in findings] == [("free consultation",), ("we saw that you",), ()]
    assert findings[2].why.endswith("It is 217 characters, 2 segments.")


def test_without_opt_out_words_the_guide_s_first_text_is_refused() -> None:
    assert "STR002" in rules_of(replace(FIRST, body=GUIDE))


def test_the_firm_s_name_is_not_looked_at() -> None:
    draft = replace(FIRST, firm="Best Injury Lawyers", language="en")
    assert rules_of(draft) == []
    literal = draft.body.replace("{firm}", "BEST injury lawyers")
    assert rules_of(replace(draft, body=literal)) == []
    assert rules_of(replace(draft, body=literal, firm="Rivera")) != []


@pytest.mark.parametrize(
    "firm", ["STOP & Cancel Law", "Yes Law", "Smith.law", "O’Brien (Offices)", "Why Not?"]
)
def test_a_firm_may_be_called_anything(firm: str) -> None:
    for body, text_class in ((FIRST.body, TextClass.ACK), (HELP, HELPING), (CONFIRM, CONFIRMING)):
        draft = replace(FIRST, firm=firm, body=body, text_class=text_class, domain="rivera.example")
        assert rules_of(draft) == []


def test_what_is_found_is_told_as_it_stands_in_the_body_with_better_words() -> None:
    body = "{firm}:\n  Text a “time” and tell\u00a0us\n what happened. Reply STOP to opt out."
    (finding,) = LINTER.check(replace(FIRST, body=body))
    assert finding == Finding(
        rule="LAW016",
        severity="error",
        what="Asks for case details",
        why=ROWS["LAW016"]["why"],
        better="text a good time",
        found=("tell\u00a0us\n what happened",),
    )
    assert finding.found[0] in body


def test_better_words_come_in_the_template_s_language() -> None:
    english = LINTER.check(replace(FIRST, body="{firm}: hello"))
    spanish = LINTER.check(replace(FIRST, body="{firm}: hola", language="es-US"))
    assert [(each.rule, each.better) for each in english] == [("STR002", "Reply STOP to opt out.")]
    assert [(each.rule, each.better) for each in spanish] == [("STR002", "Responda STOP para cancelar.")]


def test_a_profession_has_its_own_rules() -> None:
    body = "{firm}: Your lab results are ready. Reply STOP to opt out."
    found = {each: rules_of(replace(FIRST, body=body, profession=each)) for each in PROFESSIONS}
    assert found == {"law": [], "medical": ["MED001"], "accounting": [], "other": []}


@pytest.mark.parametrize("language", ["en", "es", "fr", "english"])
def test_what_language_a_template_says_it_is_in_changes_no_rule(language: str) -> None:
    body = "{firm}: Vamos a ganar, we guarantee it. Reply STOP to opt out."
    findings = LINTER.check(replace(FIRST, body=body, language=language))
    assert [each.rule for each in findings] == ["LAW001", "LES002"]
    assert all(each.better for each in findings)


def test_an_unknown_blank_is_named_with_the_known_ones() -> None:
    (finding,) = LINTER.check(replace(FIRST, body="{firm}: {frim}. STOP to opt out."))
    assert finding.rule == "STR005"
    assert "{frim} is not a known blank; did you mean {firm}?" in finding.why


def test_what_would_go_out_is_looked_at_too() -> None:
    sent = f"{FIRM}: bit.ly/x {{name}} STOP to opt out. Díaz"
    draft = replace(FIRST, body="{firm}: {link} {name} STOP to opt out. {line}", rendered=sent)
    found = {each.rule: each.found for each in LINTER.check(replace(draft, domain="rivera.example"))}
    assert found == {
        "URL001": ("bit.ly",),
        "URL003": ("bit.ly/x",),
        "STR007": ("í",),
    }


@pytest.mark.parametrize("name", ["BEST LAWYERS", "YES MARKET", "Ana [VIP]", "THE END", "Charges"])
def test_what_a_caller_is_called_is_no_wording_of_ours(name: str) -> None:
    body = "{firm}: Hello {name}. Reply STOP to opt out."
    sent = Template("first", "en", body).render({"firm": FIRM, "name": name})
    assert rules_of(replace(FIRST, body=body, rendered=sent)) == []


TYPED = replace(FIRST, text_class=TextClass.SERVICE)


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        ("Sure, 3 pm works. Talk soon!", []),
        ("You have a strong case and we will win", []),
        ("Our free consultation {link}", ["STR005"]),
        ("Your SSN please", ["PII003"]),
        ("It is about your divorce", ["LAW017"]),
        ("Tell us what happened", ["LAW016"]),
        ("See https://bit.ly/abc", ["URL001"]),
        ("Reply CANCEL to cancel your appointment", ["STR010"]),
        ("Reply YES to confirm", ["STR009"]),
        ("We will send end of week, or stop by. Can you send help now?", []),
        ("á" * 200, []),
        ("á" * 700, ["STR012"]),
    ],
)
def test_who_types_is_told_only_what_cannot_be_taken_back(body: str, rules: list[str]) -> None:
    findings = LINTER.check(replace(TYPED, body=body))
    assert [each.rule for each in findings] == rules
    assert all(
        each.severity == {"warn": "warning"}.get(ROWS[each.rule]["severity"], "error") for each in findings
    )


@pytest.mark.parametrize(
    "words",
    [
        "Reply STOP to opt out.",
        "reply stop to opt out",
        "Text STOP to unsubscribe",
        "STOP to end texts",
        "STOP/END to cancel",
        "To end these messages, reply END or STOP",
        "Reply STOP or CANCEL to cancel",
        "STOP=end, HELP=help",
        "Reply 'STOP' to opt-out at any time.",
        "To opt out, reply STOP.",
        "To stop receiving texts just text STOP",
        "Opt out: STOP",
        "STOP o ALTO cancela, AYUDA informa.",
        "Responda STOP para cancelar.",
        "Para no recibir mas mensajes, mande STOP",
        "Para cancelar, responda STOP",
    ],
)
def test_every_usual_way_to_say_how_to_opt_out_is_known(words: str) -> None:
    assert rules_of(replace(FIRST, body=f"{{firm}}: Hello. {words}")) == []


@pytest.mark.parametrize(
    "words",
    [
        "STOP",
        "Reply STOP",
        "STOP to cancel your appointment",
        "Stop by to opt out",
        "ALTO para cancelar",
        "Text HELP for help, STOP by",
        "nonstop to opt out",
    ],
)
def test_stop_alone_or_for_something_else_does_not_tell_how_to_opt_out(words: str) -> None:
    assert "STR002" in rules_of(replace(FIRST, body=f"{{firm}}: Hello. {words}"))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Reply CANCEL to cancel your visit.", ("CANCEL",)),
        ("Reply CALL or CANCEL.", ("CANCEL",)),
        ("To cancel, reply CANCEL.", ("CANCEL",)),
        ("Reply end to end this chat.", ("end",)),
        ("STOP to stop your appointment.", ("STOP",)),
        ("Reply HELP if you need a lawyer.", ("HELP",)),
        ("INFO for our fees.", ("INFO",)),
        ("Reply START to begin.", ("START",)),
        ("Responda CANCELAR para mover su cita.", ("CANCELAR",)),
        ("Reply REMOVE or QUIT to move.", ("REMOVE", "QUIT")),
    ],
)
def test_a_word_with_a_meaning_of_its_own_is_no_prompt(words: str, found: tuple[str, ...]) -> None:
    body = f"{{firm}}: {words} Reply STOP to opt out."
    (finding,) = LINTER.check(replace(FIRST, body=body))
    assert (finding.rule, finding.found) == ("STR010", found)


@pytest.mark.parametrize(
    "words",
    [
        "Reply CALL, HELP for help.",
        "reply 1 new matter, 2 existing matter, 3 other",
        "In danger? Call 911. See x.example/INFO",
        "Reply to this text",
        "Still want to talk? Reply CALL",
        "Our help desk will start at 9, cancel any time",
        "Responda LLAMAR, AYUDA para ayuda",
    ],
)
def test_other_words_may_be_asked_for(words: str) -> None:
    assert rules_of(replace(FIRST, body=f"{{firm}}: {words}. Reply STOP to opt out.")) == []


def test_only_the_confirmation_may_offer_to_come_back() -> None:
    words = "{firm}: You are opted out. Reply START to resubscribe."
    assert rules_of(replace(FIRST, body=words, text_class=CONFIRMING)) == []
    assert rules_of(replace(FIRST, body=f"{words} STOP to opt out.")) == ["STR010"]


@pytest.mark.parametrize(
    ("body", "lacks"),
    [
        ("{firm}: STOP to opt out. Msg&data rates may apply.", "a phone number, link or mail address"),
        ("{firm}: Help: {link} Msg&data rates may apply.", "STOP to opt out"),
        ("{firm}: desk@rivera.example STOP to opt out.", "that message and data rates may apply"),
        ("{firm}: (415) 555-0100", "STOP to opt out and that message and data rates may apply"),
    ],
)
def test_the_answer_to_help_is_told_what_it_lacks(body: str, lacks: str) -> None:
    (finding,) = LINTER.check(replace(FIRST, body=body, text_class=HELPING))
    assert finding.rule == "STR003"
    assert finding.why.endswith(f"It lacks {lacks}.")


def test_steps_that_say_the_same_are_named() -> None:
    steps = [
        ("first", "{firm}: Call us?"),
        ("second", "{firm}: Following up."),
        ("third", "{FIRM}  call us!"),
        ("fourth", "Following up, {firm}"),
        ("fifth", "{firm}: following  UP"),
    ]
    assert repeats(steps) == (("first", "third"), ("second", "fifth"))
    assert repeats(steps[:2]) == ()


HEADER = TABLE.read_text(encoding="utf-8").splitlines()[0]
GOOD = "X1,error,en,regex,\\bbad\\b,all,cite,What,Why.,,,no,so bad"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("\\bbad\\b", "(bad", r"line 2: '\(bad' is not a pattern: missing \)"),
        ("\\bbad\\b", "(bad)?", "line 2: .* finds something in every text"),
        ("so bad", "so good", "line 2: the pattern does not find its own bad_example 'so good'"),
        ("error", "fatal", "line 2: severity 'fatal': expected one of error, warn"),
        ("X1,error,en", "X1,error,fr", "line 2: language 'fr': expected one of any, en, es"),
        (",all,", ",lawyer,", "line 2: profession 'lawyer': expected one of all, law"),
        ("regex", "structural", "line 2: id 'X1': expected one of STR001"),
        (",no,", ",maybe,", "line 2: typed 'maybe': expected one of yes, no"),
        ("Why.", "", "line 2: a rule needs an id, a message and a why"),
        ("so bad", f"so bad\n{GOOD}", "line 3: there is a rule X1 already"),
        ("X1,error", "X1", "line 2: expected 13 values"),
    ],
)
def test_a_table_that_cannot_be_used_names_line_and_mistake(old: str, new: str, expected: str) -> None:
    changed = GOOD.replace(old, new, 1)
    assert changed != GOOD
    with pytest.raises(BadTable, match=expected):
        Linter.read([HEADER, *changed.splitlines()], keywords=WORDS)


def test_a_table_without_a_column_is_refused() -> None:
    with pytest.raises(BadTable, match="line 1: the column 'why' is missing"):
        Linter.read([HEADER.replace("why", "reason")], keywords=WORDS)


def test_every_structural_check_has_its_row() -> None:
    assert set(CHECKS) == {rule for rule, row in ROWS.items() if row["type"] == "structural"}


def test_every_rule_says_in_sentences_what_to_do() -> None:
    for rule, row in ROWS.items():
        assert row["why"].count(". ") >= 1, rule
        assert row["why"].endswith("."), rule
        assert len(row["message"]) <= 45, rule


PIECES = [
    *(pair.bad for pair in PAIRS.values() if len(pair.bad) < 200),
    *(pair.good for pair in PAIRS.values() if len(pair.good) < 200),
    "{firm}", "{link}", "{{", "}", "“", "\n", "\u00a0", "👍", "STOP to opt out", FIRM,
]  # fmt: skip
BODIES = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=6).map(" ".join)


@given(BODIES, st.sampled_from(TextClass), st.sampled_from(PROFESSIONS), st.sampled_from(["en", "es", "fr"]))
def test_words_found_stand_in_the_body_or_in_what_goes_out(
    body: str, text_class: TextClass, profession: Profession, language: str
) -> None:
    draft = replace(FIRST, body=body, text_class=text_class, profession=profession, language=language)
    findings = LINTER.check(draft)
    assert len({each.rule for each in findings}) == len(findings)
    try:
        sent = Template("", language, body).render({**SAMPLES, "firm": FIRM})
    except ValueError:
        sent = body.replace("{link}", SAMPLES["link"]).replace("{firm}", FIRM)
    for finding in findings:
        for words in finding.found:
            assert words in body + sent.replace("\n", " ") + sent


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Text yes to confirm.", "STR009"),
        ("Send 'yes'.", "STR009"),
        ("Reply with a yes.", "STR009"),
        ('"Yes" to confirm.', "STR009"),
        ("Type Cancel to move your visit.", "STR010"),
        ("Mande alto para cambiar su cita.", "STR010"),
        ("Why not tell us what happened?", "LAW016"),
        ("Mándenos los detalles.", "LES013"),
        ("Cuéntanos qué pasó.", "LES013"),
        ("¿Por qué no nos cuenta lo que le pasó?", "LES013"),
        ("Book at 192.0.2.7/book.", "URL002"),
        ("Book at maria:secret@riveracole.example/book", "URL002"),
    ],
)
def test_it_is_found_in_the_forms_people_write(words: str, rule: str) -> None:
    assert rule in rules_of(replace(FIRST, body=f"{{firm}}: {words} Reply STOP to opt out."))


@pytest.mark.parametrize(
    "words",
    [
        "Say yes to a call? Text a good time.",
        "Please send no case details by text.",
        "Por favor no nos mande detalles.",
        "Do not tell us what happened.",
        "Mail:office@riveracole.example or call.",
        "Diga una hora o reserve.",
        "Text us now or later.",
        "Your booking is 1234567890123.",
    ],
)
def test_near_misses_of_those_forms_pass(words: str) -> None:
    assert rules_of(replace(FIRST, body=f"{{firm}}: {words} Reply STOP to opt out.")) == []


@pytest.mark.parametrize("address", ["riveracole.online", "pay.xyz"])
def test_a_bare_address_of_a_newer_ending_is_a_link(address: str) -> None:
    draft = replace(FIRST, body=f"{{firm}}: See {address}. STOP to opt out.", domain="riveracole.example")
    assert rules_of(draft) == ["URL003"]


def test_two_steps_that_differ_by_a_name_alone_say_the_same() -> None:
    assert repeats([("a", "{firm}: We called."), ("b", "{firm}: {name}, we called.")]) == (("a", "b"),)


@given(BODIES)
def test_the_firm_s_name_changes_nothing(body: str) -> None:
    plain = replace(FIRST, body=f"{{firm}}: {body.replace(FIRM, '')}")
    assert "STR001" not in rules_of(plain)
    other = replace(plain, firm="Guarantee Injury Spa")
    assert len(other.firm) == len(plain.firm)
    assert rules_of(other) == rules_of(plain)


def test_the_source_list_names_the_table() -> None:
    sources = tomllib.loads((TABLE.parent / "SOURCES.toml").read_text(encoding="utf-8"))["tables"]
    assert "corrected" in sources[TABLE.name]["what"]
    assert "holidays_us.csv" in sources
