"""What kinds of lines numbers are, as far as texting cares.

Must not: know whose words those are.
"""

from enum import StrEnum


class LineType(StrEnum):
    """Kept with a number for a while: numbers move from one kind to another."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    VOIP = "voip"
    TOLL_FREE = "toll-free"
    #: Follows its owner from phone to phone, a mobile one perhaps.
    PERSONAL = "personal"
    #: Premium, pager, voicemail, shared cost, a company's number for all its places; or no number at all.
    OTHER = "other"

    @property
    def can_receive_texts(self) -> bool:
        return self in {LineType.MOBILE, LineType.VOIP, LineType.PERSONAL}
