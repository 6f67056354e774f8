"""Looks at the shipped files as data: tables complete and readable, fonts and icons that Qt can draw.

Must not: test what the program makes of them.
"""

import csv
import datetime
import re
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QImage
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from mcdesk.domain.configuration import read
from mcdesk.domain.templates import Template

RESOURCES = Path(__file__).parent.parent / "resources"
COMPLIANCE = RESOURCES / "compliance"
ICONS = sorted((RESOURCES / "icons").glob("*.svg"))


def table(name: str) -> list[dict[str, str]]:
    with (COMPLIANCE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def test_every_table_has_a_source_and_a_date_and_is_not_empty() -> None:
    text = (COMPLIANCE / "SOURCES.toml").read_text(encoding="utf-8")
    sources: dict[str, Any] = tomllib.loads(text)["tables"]
    assert set(sources) == {path.name for path in COMPLIANCE.glob("*.csv")}
    for name, source in sources.items():
        assert isinstance(source["checked"], datetime.date)
        assert source["what"]
        assert source["source"]
        rows = table(name)
        assert len(rows) >= 20
        assert all(None not in row and None not in row.values() for row in rows), f"{name}: a row too wide"


def test_every_time_zone_of_an_area_code_exists() -> None:
    rows = table("us_area_code_zones.csv")
    assert len({row["area_code"] for row in rows}) == len(rows)
    for row in rows:
        assert re.fullmatch(r"[2-9]\d\d", row["area_code"])
        for zone in row["zones_conservative_union"].split("|"):
            ZoneInfo(zone)


def test_quiet_hours_cover_every_state_an_area_code_lies_in_on_every_day() -> None:
    days: dict[str, str] = {}
    for row in table("quiet_hours_us.csv"):
        days[row["state"]] = days.get(row["state"], "") + row["days_iso"]
        if "closed" not in (row["start"], row["end"]):
            assert datetime.time.fromisoformat(row["start"]) < datetime.time.fromisoformat(row["end"])
    assert {"US", "UNKNOWN"} <= set(days)
    assert {state for state, named in days.items() if set(named) != set("1234567")} == set()
    states = {state for row in table("us_area_code_zones.csv") for state in row["state"].split("|")}
    assert states - set(days) == set()


def test_every_wording_pattern_is_a_valid_expression() -> None:
    for row in table("template_lint_rules.csv"):
        if row["type"] == "regex":
            re.compile(row["pattern_or_check"], re.IGNORECASE)


def test_the_starter_file_is_a_valid_configuration_with_both_languages() -> None:
    office = read((RESOURCES / "starter.toml").read_text(encoding="utf-8"))
    wording = {(row["key"], row["language"]): row["template"] for row in table("sample_messages.csv")}
    names = {each.name for each in office.templates}
    there = {(each.name, each.language) for each in office.templates}
    assert there == {(name, language) for name in names for language in ("en", "es")}
    assert names >= {
        "first",
        "help",
        "optout_confirm",
        "after_hours",
        "existing_client",
        "voicemail",
        "abandoned",
    }
    assert all(wording[each.name, each.language] == each.body for each in office.templates)


def test_the_three_plans_that_come_along_say_something_else_at_each_touch() -> None:
    office = read((RESOURCES / "starter.toml").read_text(encoding="utf-8"))
    plans = {
        each.name: [f"{step.do} {step.template}".rstrip() for step in each.steps] for each in office.sequences
    }
    assert plans == {
        "law-4-24-72": ["text first", "text second", "call-task", "close"],
        "contact-centre-24-48-5d": [
            "text first", "text check_in", "call-task", "text final_checkin", "close",
        ],
        "local-service-1h-next-day": ["text first", "text next_day", "call-task", "close"],
    }  # fmt: skip
    assert [str(step.after) for step in office.sequences[1].steps] == [
        "0:00:00", "1 day, 0:00:00", "2 days, 0:00:00", "5 days, 0:00:00", "2 days, 0:00:00",
    ]  # fmt: skip


def test_every_sample_wording_has_only_known_blanks() -> None:
    for row in table("sample_messages.csv"):
        Template(row["key"], row["language"], row["template"])


def test_qt_finds_inter_in_three_weights(qtbot: QtBot) -> None:
    fonts = sorted((RESOURCES / "fonts").glob("*.ttf"))
    added = [QFontDatabase.addApplicationFont(str(path)) for path in fonts]
    try:
        assert len(added) == 3
        assert all("Inter" in QFontDatabase.applicationFontFamilies(font) for font in added)
        for weight in (QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold):
            font = QFont("Inter")
            font.setWeight(weight)
            assert (QFontInfo(font).family(), QFontInfo(font).weight()) == ("Inter", weight)
    finally:
        for each in added:
            QFontDatabase.removeApplicationFont(each)


@pytest.mark.parametrize("icon", ICONS, ids=lambda path: path.stem)
def test_qt_can_draw_the_icon_and_tint_it(icon: Path, qtbot: QtBot) -> None:
    assert QSvgRenderer(str(icon)).isValid()
    assert icon.stem == "mcdesk" or 'stroke="currentColor"' in icon.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["mcdesk-256.png", "mcdesk-512.png", "mcdesk.ico", "mcdesk.icns"])
def test_the_program_icon_can_be_read(name: str, qtbot: QtBot) -> None:
    picture = QImage(str(RESOURCES / "icons" / name))
    if name.endswith(".icns") and picture.isNull():  # Qt reads it on macOS only
        assert (RESOURCES / "icons" / name).read_bytes()[:4] == b"icns"
        return
    assert picture.width() == picture.height() > 0


def test_fonts_and_icons_come_with_their_licences() -> None:
    assert "SIL Open Font License" in (RESOURCES / "fonts" / "LICENSE-Inter.txt").read_text(encoding="utf-8")
    assert "ISC License" in (RESOURCES / "icons" / "LICENSE-Lucide.txt").read_text(encoding="utf-8")
