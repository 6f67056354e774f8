"""The tables. Times are `at` (happened), `due` (to do), `until` (lasts to); all are instants.

Must not: hold queries. A change here needs a migration in `migrations/versions`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from mcdesk.store.types import Document, Instant, PhoneNumber

metadata = MetaData()
#: 64-bit on PostgreSQL; SQLite only numbers rows by itself in a plain INTEGER key.
Key = BigInteger().with_variant(Integer, "sqlite")

#: Every configuration ever applied; the newest counts.
configurations = Table(
    "configurations",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("source", Text, nullable=False),
)

#: Single facts about this database.
facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

#: Provider secrets and tokens, encrypted with the office key.
secrets = Table(
    "secrets",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)

#: Who may do a thing that only one engine may do at a time.
leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Instant, nullable=False),
    Column("fence", Integer, nullable=False),
)

#: Where reading a connection's logs got to, and how the connection is doing.
connections = Table(
    "connections",
    metadata,
    Column("name", Text, primary_key=True),
    Column("calls_cursor", Text),
    Column("texts_cursor", Text),
    #: Calls before this are history: never texted.
    Column("since", Instant),
    Column("last_success_at", Instant),
    Column("last_event_at", Instant),
    Column("failing_since", Instant),
    Column("trouble", Text),
    #: The trouble is one only a person can mend (sign-in).
    Column("needs_person", Boolean, nullable=False, server_default=text("false")),
    #: While it fails: when it is tried again.
    Column("next_try_at", Instant),
    #: When the newest event was, by its provider, and how many seconds later it arrived here; null where
    #: the provider did not say.
    Column("newest_at", Instant),
    Column("lag_seconds", Integer),
    #: Its logs were read to the end then: nothing before is unseen.
    Column("read_at", Instant),
    #: Its hooks could reach us until then, as far as we know.
    Column("awake_at", Instant),
    #: The sign-in ends then, unless somebody signs in again.
    Column("sign_in_until", Instant),
)

#: What a connection cannot be used for just now; the worst of it stands in `connections`.
troubles = Table(
    "troubles",
    metadata,
    Column("connection", Text, primary_key=True),
    #: reading, sending …; empty where that is not known.
    Column("purpose", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    #: It failed last.
    Column("at", Instant, nullable=False),
    Column("why", Text, nullable=False),
    Column("needs_person", Boolean, nullable=False),
    Column("next_try_at", Instant),
)

#: When a connection's events did not reach us, and what came of what happened meanwhile.
blind_periods = Table(
    "blind_periods",
    metadata,
    Column("id", Key, primary_key=True),
    Column("connection", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("why", Text, nullable=False),
    #: Unanswered calls of that time, found in the log afterwards.
    Column("calls", Integer, nullable=False),
    #: Those of them that were too old for a text.
    Column("too_late", Integer, nullable=False),
    Index("blind_periods_ended", "ended_at"),
)

#: The inbox: requests as they arrived, kept until understood.
hooks = Table(
    "hooks",
    metadata,
    Column("id", Key, primary_key=True),
    Column("connection", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("method", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("headers", Document, nullable=False),
    Column("body", LargeBinary, nullable=False),
    #: new, done, unknown or failed
    Column("state", Text, nullable=False, server_default="new"),
    Column("why", Text),
    #: It failed and may be a text: until a person decides, nothing is texted by itself to whom it names.
    Column("holds", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("connection", "kind", "event_id"),
    Index("hooks_waiting", "id", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
    Index("hooks_holding", "id", sqlite_where=text("holds"), postgresql_where=text("holds")),
    Index("hooks_at", "at"),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Key, primary_key=True),
    #: Null where the caller hid it.
    Column("number", PhoneNumber, unique=True),
    Column("name", Text),
    Column("language", Text, nullable=False, server_default="en"),
    Column("line_type", Text),
    Column("line_type_at", Instant),
    #: Since then the number answers like a machine, and gets no automatic text.
    Column("machine_since", Instant),
    #: Where people said they are (two letters); it adds to what the area code says.
    Column("state", Text),
    #: Legal hold: nothing of theirs is deleted while it lasts.
    Column("hold_since", Instant),
    Column("hold_why", Text),
    #: Since then somebody else is known to have the number: CRMs are told nothing about it.
    Column("detached_at", Instant),
    Column("at", Instant, nullable=False),
)

#: Our contact's records in CRMs.
crm_contacts = Table(
    "crm_contacts",
    metadata,
    Column("contact", Key, ForeignKey("contacts.id"), primary_key=True),
    Column("connection", Text, primary_key=True),
    Column("crm_id", Text),
    Column("name", Text),
    Column("url", Text),
    Column("at", Instant, nullable=False),
    #: How many records have this number; more than one needs a person to choose.
    Column("matches", Integer, nullable=False, server_default="1"),
    #: The CRM calls them, or one of those with this number, the firm's client.
    Column("is_client", Boolean),
)

leads = Table(
    "leads",
    metadata,
    Column("id", Key, primary_key=True),
    Column("contact", Key, ForeignKey("contacts.id"), nullable=False),
    Column("line", PhoneNumber),
    Column("stage", Text, nullable=False),
    Column("owner", Text),
    Column("unread", Integer, nullable=False, server_default="0"),
    Column("calls", Integer, nullable=False, server_default="0"),
    Column("after_hours", Boolean, nullable=False, server_default=text("false")),
    Column("opened_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("preview", Text, nullable=False, server_default=""),
    Column("preview_is_theirs", Boolean, nullable=False, server_default=text("false")),
    Column("last_text_status", Text),
    #: Why automation ended; null while it goes on.
    Column("ended", Text),
    #: A person must act by `reply_due`; amber from `reply_amber`.
    Column("reply_amber", Instant),
    Column("reply_due", Instant),
    #: What happens next, kept up to date by `store/leads.py: refresh`.
    Column("next_what", Text, nullable=False, server_default="nothing"),
    Column("next_due", Instant),
    Column("next_ordinal", Integer, nullable=False, server_default="0"),
    Column("next_why", Text, nullable=False, server_default=""),
    Column("draft", Text, nullable=False, server_default=""),
    Column("closed_at", Instant),
    Column("disposition", Text),
    #: What they wrote may mean stop: a person must decide by then, else it counts as an opt-out.
    Column("review_due", Instant),
    Index(
        "leads_open_one_per_contact",
        "contact",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    Index("leads_contact", "contact"),
    Index("leads_by_due", "closed_at", "next_due", "id"),
    Index("leads_by_stage", "stage"),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Key, primary_key=True),
    Column("connection", Text, nullable=False),
    Column("call_id", Text, nullable=False),
    Column("caller", PhoneNumber),
    Column("line", PhoneNumber),
    Column("direction", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", Text, nullable=False),
    Column("seconds", Integer),
    Column("recording_url", Text),
    #: What the phone network says of the number: passed, failed, or nothing (STIR/SHAKEN).
    Column("attestation", Text),
    #: How long it rang until the caller hung up, where that is known.
    Column("rang_seconds", Integer),
    Column("lead", Key, ForeignKey("leads.id")),
    #: Why it led to no lead, where it did not.
    Column("why", Text),
    UniqueConstraint("connection", "call_id"),
    Index("calls_lead", "lead"),
    Index("calls_caller", "caller", "at"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Key, primary_key=True),
    Column("lead", Key, ForeignKey("leads.id")),
    Column("contact", Key, ForeignKey("contacts.id")),
    #: in or out
    Column("direction", Text, nullable=False),
    Column("connection", Text, nullable=False),
    #: The provider's id; null until it has taken the text.
    Column("message_id", Text),
    Column("sender", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
    #: policy.TextClass of a text we send; null for received ones.
    Column("text_class", Text),
    Column("author", Text),
    #: events.DeliveryStatus of a text we send; "withheld" where it was not sent after all; null in line.
    Column("status", Text),
    Column("status_at", Instant),
    Column("why", Text, nullable=False, server_default=""),
    Column("media", Integer, nullable=False, server_default="0"),
    #: Name, language and digest of the template; null for what people typed or wrote.
    Column("template", Text),
    Column("segments", Integer),
    #: Of the digest under which a decision has this text; it goes with the body.
    Column("salt", Text, nullable=False, server_default=""),
    UniqueConstraint("connection", "message_id"),
    Index("messages_lead", "lead", "id"),
    Index("messages_recipient", "recipient", "at"),
)

notes = Table(
    "notes",
    metadata,
    Column("id", Key, primary_key=True),
    Column("lead", Key, ForeignKey("leads.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("author", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("notes_lead", "lead"),
)

#: What the system did or decided about a lead, in words.
happenings = Table(
    "happenings",
    metadata,
    Column("id", Key, primary_key=True),
    Column("lead", Key, ForeignKey("leads.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", Text),
    Index("happenings_lead", "lead"),
)

#: A lead walking through a sequence; the sequence as it was when it began.
enrollments = Table(
    "enrollments",
    metadata,
    Column("id", Key, primary_key=True),
    Column("lead", Key, ForeignKey("leads.id"), nullable=False),
    Column("sequence", Document, nullable=False),
    Column("call_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("enrollments_lead", "lead"),
)

#: The outbox: work owed.
jobs = Table(
    "jobs",
    metadata,
    Column("id", Key, primary_key=True),
    #: Says what the work is for; two pieces with one key are one.
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    #: Who does it: jobs of one channel wait for each other's troubles, never for another channel's.
    Column("channel", Text, nullable=False),
    Column("lead", Key, ForeignKey("leads.id")),
    Column("message", Key, ForeignKey("messages.id")),
    Column("work", Document, nullable=False),
    Column("due", Instant, nullable=False),
    #: waiting, running, done, canceled, failed, or check (a person must look)
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("why", Text, nullable=False, server_default=""),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("holder", Text),
    Column("at", Instant, nullable=False),
    #: Since then it is not known whether a try was processed: look it up before another.
    Column("doubt_at", Instant),
    Column("done_at", Instant),
    Column("result", Text),
    #: A text that is late: such go out one after another, never in a burst.
    Column("paced", Boolean, nullable=False, server_default=text("false")),
    #: A text after this would come too late: it becomes a call task.
    Column("not_after", Instant),
    Index(
        "jobs_paced",
        "channel",
        "due",
        sqlite_where=text("paced AND state = 'waiting'"),
        postgresql_where=text("paced AND state = 'waiting'"),
    ),
    Index(
        "jobs_waiting",
        "channel",
        "due",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "jobs_running",
        "holder",
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
    Index("jobs_lead", "lead"),
)

#: Each try of a job.
attempts = Table(
    "attempts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("job", Key, ForeignKey("jobs.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Index("attempts_job", "job"),
)

#: Every answer of the gate, as evidence.
decisions = Table(
    "decisions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("lead", Key, ForeignKey("leads.id")),
    Column("message", Key, ForeignKey("messages.id")),
    Column("at", Instant, nullable=False),
    #: queued or sent
    Column("moment", Text, nullable=False),
    Column("text_class", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("until", Instant),
    Column("evidence", Document, nullable=False),
    #: Of this row and the one before (`evidence`): a changed or missing row shows.
    Column("digest", Text),
    Index("decisions_lead", "lead"),
)

#: Numbers that opted out. A row with `ended_at` is history.
suppressions = Table(
    "suppressions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("number", PhoneNumber, nullable=False),
    Column("at", Instant, nullable=False),
    Column("words", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("channel", Text, nullable=False),
    #: Who noted it, where a person did.
    Column("by", Text),
    #: The provider refuses texts to it too, as it read a keyword of its own, and nothing else was said.
    Column("at_provider", Boolean, nullable=False, server_default=text("false")),
    Column("ended_at", Instant),
    Column("ended_why", Text),
    Index(
        "suppressions_in_force",
        "number",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

#: Numbers of people who asked to be deleted: only a keyed hash is left, so that an opt-out, a mark, and what
#: was texted to them in the last 24 h outlive them.
forgotten = Table(
    "forgotten",
    metadata,
    Column("number_key", Text, primary_key=True),
    Column("last_four", Text, nullable=False),
    Column("opted_out", Boolean, nullable=False),
    #: The office never texts it, or blocked it as spam.
    Column("never", Boolean, nullable=False),
    Column("blocked", Boolean, nullable=False),
    #: Texts of the day before the deletion: when (seconds since 1970) and what for.
    Column("texts", Document, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Index("forgotten_last_four", "last_four"),
)

#: What people said of a number: never, vip, sensitive or blocked. A row with `ended_at` is history.
marks = Table(
    "marks",
    metadata,
    Column("id", Key, primary_key=True),
    Column("number", PhoneNumber, nullable=False),
    Column("kind", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", Text),
    Index(
        "marks_in_force",
        "number",
        "kind",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

#: What callers of a line heard, word by word; the newest of a line is in force.
greetings = Table(
    "greetings",
    metadata,
    Column("id", Key, primary_key=True),
    Column("line", PhoneNumber, nullable=False),
    Column("text", Text, nullable=False),
    #: SHA-256 of the words, and of the recording where there is one.
    Column("digest", Text, nullable=False),
    Column("audio_digest", Text),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Index("greetings_line", "line", "id"),
)

#: The consent ledger: given, withdrawn, restored. Rows are added, never changed (`evidence`).
consents = Table(
    "consents",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", Instant, nullable=False),
    #: given, withdrawn, restored or deleted
    Column("kind", Text, nullable=False),
    #: call, text, phone, mail, paper, web, verbal, provider …
    Column("source", Text, nullable=False),
    #: A keyed hash: the row stays when the person is deleted.
    Column("number_key", Text, nullable=False),
    Column("call", Key, ForeignKey("calls.id")),
    Column("lead", Key, ForeignKey("leads.id")),
    Column("greeting", Key, ForeignKey("greetings.id")),
    Column("purpose", Text, nullable=False, server_default=""),
    Column("evidence", Document, nullable=False),
    Column("by", Text),
    Column("digest", Text, nullable=False),
    Index("consents_number", "number_key", "id"),
    #: The newest of them says whether the number opted out; calls are many.
    Index(
        "consents_wishes",
        "number_key",
        "id",
        sqlite_where=text("kind IN ('withdrawn', 'restored')"),
        postgresql_where=text("kind IN ('withdrawn', 'restored')"),
    ),
)

#: Words that a chain of evidence has under their digest only, so that they can be deleted (`store/said`).
said = Table(
    "said",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("salt", Text, nullable=False),
    Column("words", Text, nullable=False),
)

#: Rule tables the office put in place of the shipped ones; the newest of a name counts, an empty one ends it.
rule_tables = Table(
    "rule_tables",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("source", Text, nullable=False),
    #: Who answers for what it gives up of the shipped one; empty where nobody does.
    Column("accepted_by", Text, nullable=False, server_default=""),
    Index("rule_tables_name", "name", "id"),
)

#: Texts handed over by day of the office, for the daily limit.
spending = Table(
    "spending",
    metadata,
    Column("day", Text, primary_key=True),
    Column("texts", Integer, nullable=False),
    Column("segments", Integer, nullable=False),
)

#: What people should be told; the in-app list.
alerts = Table(
    "alerts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("lead", Key, ForeignKey("leads.id")),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("owner", Text),
    Column("read_at", Instant),
    Index(
        "alerts_unread", "id", sqlite_where=text("read_at IS NULL"), postgresql_where=text("read_at IS NULL")
    ),
    Index(
        "alerts_unread_of_lead",
        "lead",
        sqlite_where=text("read_at IS NULL"),
        postgresql_where=text("read_at IS NULL"),
    ),
)

#: What changed, for the other processes on this database; a hint that is pruned.
feed = Table(
    "feed",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("writer", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
    sqlite_autoincrement=True,
)
