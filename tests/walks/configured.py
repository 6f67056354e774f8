"""Configuration files of the offices that live through the stories.

Must not: start anything.
"""

from dataclasses import dataclass

FIRM = "Rivera & Cole"
LINE = "+14155550100"
SECOND_LINE = "+14155550101"
STAFF = "+14155550111"
#: An address nobody listens at: hooks registered there are lost.
NOWHERE = "http://127.0.0.1:9"

SEQUENCES = """
[[sequences]]
name = "call-only"
steps = [{after = "0s", from = "call", do = "text", template = "first"}]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an office differs from the usual one."""

    hooks: bool = True
    #: 0: none.
    poll_seconds: float = 0
    lookup: bool = False
    voicemail: bool = False
    crm: bool = True
    line: str = LINE
    sequence: str = "law-4-24-72"
    language: str = "en"
    text_from: str = ""
    template: str = ""
    more: str = ""
    goals: str = ""
    #: Rings the office's phone before a call counts as missed.
    ring: bool = True
    ring_seconds: int = 6


def configuration(options: Options, *, sid: str, twilio: str, clio: str) -> str:
    """The file of an office whose companies are at these addresses."""
    public = f'public_url = "{NOWHERE}"' if not options.hooks else ""
    ring = f'ring = "{STAFF}"\nring_seconds = {options.ring_seconds}' if options.ring else ""
    crm = (
        f'[connections.clio]\nprovider = "clio"\nclient_id = "x"\nbase_url = "{clio}"\n'
        if options.crm
        else ""
    )
    template = f'[[templates]]\nname = "first"\nbody = "{options.template}"\n' if options.template else ""
    text_from = f'text_from = "{options.text_from}"' if options.text_from else ""
    return f"""
[office]
name = "{FIRM}"
timezone = "America/Los_Angeles"
booking_link = "https://riveracole.example/book"
staff_phone = "{STAFF}"
{public}
{options.goals}
[[lines]]
number = "{options.line}"
label = "Main line"
practice_area = "personal injury"
calls = "twilio"
texts = "twilio"
sequence = "{options.sequence}"
language = "{options.language}"
{text_from}
[connections.twilio]
provider = "twilio"
account_sid = "{sid}"
base_url = "{twilio}"
lookup_url = "{twilio}"
hook_secret = "s3cret-path"
poll_seconds = {options.poll_seconds}
line_type_lookup = "{"on" if options.lookup else "off"}"
voicemail = "{"on" if options.voicemail else "off"}"
greeting = "Hello"
{ring}
{crm}
{template}
{SEQUENCES}
{options.more}
"""
