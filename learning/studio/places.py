"""Where in the studio a text is read or written, and a picture seen."""

from flask import url_for

from learning.library.drafts import EDITABLE
from learning.library.models import DraftRow
from learning.studio.desk import writes_for


def editor(draft: DraftRow, path: str, line: int = 0) -> str:
    """The editor at a line, for who may write; for others, and while the draft is closed, the text to be read."""
    if draft.state in EDITABLE and writes_for(draft.field):
        return url_for("studio.edit", draft_id=draft.id, path=path, line=line or None)
    return source(draft, path, line)


def source(draft: DraftRow, path: str, line: int = 0) -> str:
    """The text with its line numbers and the words that were said about them."""
    return url_for("studio.source_text", draft_id=draft.id, path=path, _anchor=f"L{line}" if line else None)


def picture(draft: DraftRow, path: str, sha256: str) -> str:
    return url_for("studio.draft_media", draft_id=draft.id, sha256=sha256, name=path.rpartition("/")[2])


def of(endpoint: str, draft: DraftRow, path: str) -> str:
    """Where one thing is done with a page of a draft."""
    return url_for(f"studio.{endpoint}", draft_id=draft.id, path=path)


def with_media(draft: DraftRow, html: str) -> str:
    """A learner's page with the pictures and recordings of the draft: no release may hold them yet."""
    ours = url_for("studio.draft_media", draft_id=draft.id, sha256="-", name="-").removesuffix("-/-")
    return html.replace('src="/media/', f'src="{ours}')
