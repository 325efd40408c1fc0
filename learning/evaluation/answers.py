"""What may be answered, and what is read out of a form. Words for it are the desks' (study/asked.py)."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

SCALES = ("useful", "clear", "length", "recommend")
STEPS = (1, 2, 3, 4, 5)
REASONS = ("examples", "forms", "practice", "law", "software", "basics", "time")
USED = ("often", "sometimes", "not_yet")
USED_SEEN = (*USED, "unseen")  # a manager may not have had the chance to see
OBSTACLES = ("no_occasion", "no_time", "no_means", "no_support", "not_enough", "changed", "other")
LONGEST_TEXT = 1000
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Survey:
    scales: Mapping[str, int]
    lessons: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Used:
    used: str
    reason: str = ""
    text: str = ""


@dataclass(frozen=True)
class Typed:
    """A form as it came, to be shown again; `wrong`: field → "missing", "unknown" or "long"."""

    one: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)


def read_survey(
    one: Mapping[str, str], many: Mapping[str, Sequence[str]], lessons: Collection[str]
) -> tuple[Survey | None, Typed]:
    """The answer of a form (None where something is wrong with it), and the form as it came. `many` has `lesson` and
    `reason`; `lessons` are the ids that may be chosen: others, of a lesson since taken out, are left away."""
    wrong: dict[str, str] = {}
    scales = {}
    for name in SCALES:
        value = one.get(name, "")
        if value in map(str, STEPS):
            scales[name] = int(value)
        else:
            wrong[name] = "unknown" if value else "missing"
    text = clean(one.get("text", ""))
    if len(text) > LONGEST_TEXT:
        wrong["text"] = "long"
    chosen = {name: tuple(dict.fromkeys(many.get(name, ()))) for name in ("lesson", "reason")}
    typed = Typed({name: one.get(name, "") for name in SCALES}, chosen, text, wrong)
    if wrong:
        return None, typed
    return (
        Survey(
            scales,
            tuple(sorted(set(chosen["lesson"]) & set(lessons))),
            tuple(reason for reason in REASONS if reason in chosen["reason"]),
            text,
        ),
        typed,
    )


def read_used(one: Mapping[str, str], *, manager: bool) -> tuple[Used | None, Typed]:
    """The answer of a follow-up's form (`used`, `reason`, `text`); a reason is asked for where it is not yet used, and
    left away elsewhere."""
    wrong: dict[str, str] = {}
    used, reason, text = one.get("used", ""), one.get("reason", ""), clean(one.get("text", ""))
    if used not in (USED_SEEN if manager else USED):
        wrong["used"] = "unknown" if used else "missing"
    if used == "not_yet" and reason not in OBSTACLES:
        wrong["reason"] = "unknown" if reason else "missing"
    if len(text) > LONGEST_NOTE:
        wrong["text"] = "long"
    typed = Typed({"used": used, "reason": reason}, {}, text, wrong)
    if wrong:
        return None, typed
    return Used(used, reason if used == "not_yet" else "", text), typed


def clean(text: str) -> str:
    """NFC, no control characters but line breaks, which are one letter each however the browser sends them."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = (letter for letter in text if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs"))
    return "".join(kept).strip()
