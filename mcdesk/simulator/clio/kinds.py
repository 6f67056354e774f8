"""What Clio keeps and what it demands of each kind of record: fields, required ones, allowed values.
Written from the official description; a table, no code that acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_ALWAYS = ("id", "etag", "created_at", "updated_at")


@dataclass(frozen=True)
class Kind:
    """One sort of record, as under /api/v4/<plural>.json."""

    plural: str
    one: str
    fields: tuple[str, ...]  #: what `fields=` may name, besides id, etag and the two times
    required: tuple[str, ...] = ()  #: on POST
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: values of plain fields
    searched: tuple[str, ...] = ()  #: plain fields that `query` looks into
    writable: bool = True

    @property
    def known(self) -> frozenset[str]:
        return frozenset(_ALWAYS + self.fields)


_PEOPLE = ("Work", "Home", "Mobile", "Fax", "Pager", "Skype", "Other")
#: Allowed values inside lists: kind → list field → inner field → values.
INNER_ALLOWED: Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "contacts": {
        "phone_numbers": {"name": _PEOPLE},
        "email_addresses": {"name": ("Work", "Home", "Other")},
        "addresses": {"name": ("Work", "Home", "Billing", "Other")},
    },
    "communications": {
        "senders": {"type": ("User", "Contact")},
        "receivers": {"type": ("User", "Contact")},
    },
}

KINDS: Mapping[str, Kind] = {
    kind.plural: kind
    for kind in (
        Kind(
            "contacts",
            "contact",
            ("name", "first_name", "middle_name", "last_name", "date_of_birth", "type", "prefix", "title",
             "initials", "primary_email_address", "secondary_email_address", "primary_phone_number",
             "secondary_phone_number", "is_client", "addresses", "custom_field_values", "email_addresses",
             "phone_numbers", "web_sites", "company", "primary_address"),
            required=("name", "type"),
            allowed={"type": ("Person", "Company")},
            searched=("name", "title"),
        ),
        Kind(
            "notes",
            "note",
            ("type", "subject", "detail", "detail_text_type", "date", "time_entries_count", "matter",
             "contact", "author"),
            required=("type",),
            allowed={"type": ("Matter", "Contact"), "detail_text_type": ("plain_text", "rich_text")},
            searched=("subject", "detail"),
        ),
        Kind(
            "communications",
            "communication",
            ("subject", "body", "type", "date", "time_entries_count", "received_at", "user", "matter",
             "senders", "receivers", "external_properties", "documents"),
            required=("subject", "body", "type"),
            allowed={"type": ("PhoneCommunication", "EmailCommunication")},
            searched=("subject", "body"),
        ),
        Kind(
            "tasks",
            "task",
            ("name", "status", "description", "description_text_type", "priority", "due_at", "permission",
             "completed_at", "notify_completion", "statute_of_limitations", "time_estimated",
             "time_entries_count", "task_type", "assigner", "matter", "assignee", "reminders"),
            required=("name", "description", "assignee"),
            allowed={"status": ("pending", "in_progress", "in_review", "complete"),
                     "priority": ("High", "Normal", "Low"), "permission": ("private", "public"),
                     "description_text_type": ("plain_text", "rich_text")},
            searched=("name", "description"),
        ),
        Kind(
            "calendar_entries",
            "calendar_entry",
            ("summary", "description", "location", "start_at", "end_at", "all_day", "permission",
             "calendar_owner_id", "start_at_time_zone", "matter", "calendar_owner", "attendees", "calendars",
             "reminders", "external_properties"),
            required=("summary", "start_at", "end_at", "calendar_owner"),
            searched=("summary", "description", "location"),
        ),
        Kind("calendars", "calendar", ("color", "name", "permission", "type", "visible", "source", "creator"),
             writable=False),
        Kind("custom_fields", "custom_field",
             ("name", "parent_type", "field_type", "displayed", "deleted", "required", "display_order",
              "picklist_options"), searched=("name",), writable=False),
        Kind("users", "user",
             ("name", "first_name", "last_name", "initials", "email", "enabled", "phone_number", "roles",
              "subscription_type", "time_zone", "account_owner", "default_calendar_id", "contact", "account",
              "notification_methods"), writable=False),
    )
}  # fmt: skip
