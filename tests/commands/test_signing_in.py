"""`mcdesk sign-in` at a pretend Clio, with a browser that follows where it is sent."""

import sys
from pathlib import Path

import pytest

from mcdesk.simulator import PretendClio, run_in_thread
from tests.commands.running import configured, process, run

CONFIGURATION = """\
[office]
name = "Rivera & Cole"

[connections.clio]
provider = "clio"
client_id = "{client_id}"
base_url = "{url}"
"""
BROWSER = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=10).read()"


@pytest.mark.skipif(sys.platform == "win32", reason="the browser is named by BROWSER elsewhere only")
def test_a_person_signs_in_and_doctor_is_content(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f"#!{sys.executable}\n{BROWSER}\n", encoding="utf-8")
    browser.chmod(0o700)
    with run_in_thread(PretendClio()) as clio:
        sign_in = clio.company.sign_in
        configured(folder, CONFIGURATION.format(client_id=sign_in.client_id, url=clio.company.url))
        monkeypatch.setenv("MCDESK_SECRET_CLIO_CLIENT_SECRET", sign_in.client_secret)
        before = run("doctor", folder=folder)
        assert "FAIL  clio, Sign-in: Nobody has signed in" in before.stdout
        assert "mcdesk sign-in clio" in before.stdout
        with process("sign-in", "clio", "--data", str(folder), more={"BROWSER": f"{browser} %s"}) as started:
            out, err = started.communicate(timeout=30)
        assert (started.returncode, out) == (0, "Signed in to Clio Manage.\n"), err
        assert "ok    clio, Sign-in" in run("doctor", folder=folder).stdout
