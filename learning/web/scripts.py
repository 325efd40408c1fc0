"""Scripts as they are sent, and the one that stands in every page.

`look.js` has to have run before anything is painted. Fetched, it would hold up a first visit by a connection of its
own; it stands in the page instead, and the policy names it by its hash: no other script within a page runs.
"""

import base64
import hashlib
import re

from markupsafe import Markup

from learning.settings import ROOT

FOLDER = ROOT / "static" / "js"


def lean(script: str) -> str:
    """Without comments, and without what lines are set in by. (Nobody writes a text over several lines in our scripts, or
    one with "; // " in it: those would be changed.)"""
    script = re.sub(r"^\s*//.*\n|(?<=[;{},)]) +// .*$", "", script, flags=re.MULTILINE)
    return re.sub(r"^\s+", "", script, flags=re.MULTILINE)


LOOK = Markup(lean((FOLDER / "look.js").read_text()))  # noqa: S704 (our own file)
LOOK_SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(LOOK.encode()).digest()).decode()}'"
