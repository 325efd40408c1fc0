"""The verdict with which an author's feedback often begins: "Chưa đúng: …"."""

import re

SAID = re.compile(r"^\s*(?P<tag>(?:<p>)?)\s*(?:Chưa đúng|Không đúng|Đúng|Sai)\s*[:.]\s+(?P<next>\w)")


def without_verdict(feedback: str) -> str:
    """The feedback (HTML) without a verdict at its beginning, for where the verdict is said already."""
    return SAID.sub(lambda found: found["tag"] + found["next"].upper(), feedback, count=1)
