"""Settings every test needs: no screen, and one depth of search for hypothesis.

Must not: hold fixtures of one part; those live in that part's own folder.
"""

import os

from hypothesis import settings

# before anything imports Qt; a test of a real window names its own platform
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# time limits per example fail on a busy machine without telling anything; pytest-timeout bounds the whole
settings.register_profile("mcdesk", deadline=None, max_examples=100, print_blob=True)
settings.load_profile("mcdesk")
