"""Front matter of pages, `field.yml`, `sources.yml`, `format.yml`: closed schemas make values of what `yaml_text` reads.

Keys have an English and a Vietnamese name of equal right; here they go by the English one. Nothing raises:
what is wrong is reported (F005 to F009) and the rest is still read.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cache
from typing import Any

from learning.content import limits
from learning.content.faults import Report
from learning.content.model import Citation
from learning.content.yaml_text import Node, Scalar, Sequence, Table, compose
from learning.vietnamese.folding import fold


@dataclass(frozen=True, slots=True)
class Value:
    """One key of the front matter: `name` as written, `key` the English name; `line:column` is where the
    key stands.

    `value` is coerced: str, bool, int, Decimal, date, tuple[str, ...], tuple[Citation, ...]; None where
    faulty. `items` gives the text and place of each member of a list (or of the one scalar), for faults
    about them.
    """

    key: str
    name: str
    value: Any
    line: int
    column: int
    items: tuple[Scalar, ...] = ()


@dataclass(frozen=True)
class Front:
    """Values by English key name.

    `first` and `last` are the lines between the `---`; 0, 0 where there is none. `kind`: of the page, "" where it says
    nothing or nothing known.
    """

    values: dict[str, Value] = field(default_factory=dict)
    first: int = 0
    last: int = 0
    kind: str = ""

    def get(self, key: str, default: Any = None) -> Any:
        """The coerced value, or the default where the key is missing or was faulty."""
        value = self.values.get(key)
        return default if value is None or value.value is None else value.value

    def place(self, key: str) -> tuple[int, int]:
        """Line and column of the key, or of the front matter's beginning where the key is missing."""
        value = self.values.get(key)
        return (value.line, value.column) if value else (1, 1)


Coerce = Callable[[Node], Any]


class WrongTypeError(Exception):
    """Says what was expected; reported as F006."""

    def __init__(self, expected: str) -> None:
        self.expected = expected


@dataclass(frozen=True)
class Key:
    english: str
    vietnamese: str
    coerce: Coerce
    required: bool = False


Schema = tuple[Key, ...]


def read(text: str, schema: Schema | Callable[[str], Schema], report: Report, first_line: int = 1) -> Front:
    """Front matter (the lines between the `---`) or a whole YAML file, by its schema.

    A schema that depends on the page's kind is asked for by it ("" where none is written).
    """
    node = compose(text, report, first_line)
    last = first_line + text.count("\n")
    if node is None or (isinstance(node, Scalar) and not node.text):
        node = Table((), first_line, 1)
    kind = _kind(node)
    if callable(schema):
        schema = schema(kind)
    return Front(read_mapping(node, schema, report), first_line, last, kind)


def _kind(node: Node) -> str:
    """The kind that the author meant, faulty or not ("Scenario"), so that a page is read as what it is."""
    written = [
        _named(value.text.strip()).casefold()
        for key, value in (node.entries if isinstance(node, Table) else ())
        if key.text in (_KIND.english, _KIND.vietnamese) and isinstance(value, Scalar)
    ]
    return written[0] if written and written[0] in KINDS else ""


def read_mapping(node: Node, schema: Schema, report: Report) -> dict[str, Value]:
    if not isinstance(node, Table):
        report("F006", node.line, node.column, key="", expected="key: value", value=_shown(node))
        return {}
    names = _names(schema)
    values: dict[str, Value] = {}
    for name, child in node.entries:
        key = names.get(name.text)
        if key is None:
            report("F005", name.line, name.column, key=name.text, nearest=nearest(name.text, names))
        elif key.english in values:
            report("F008", name.line, name.column, key=name.text)
        else:
            values[key.english] = _value(key, name, child, report)
    for key in schema:
        if key.required and key.english not in values:
            report("F009", node.line, 1, key=key.english, vietnamese=key.vietnamese)
    return values


def _value(key: Key, name: Scalar, node: Node, report: Report) -> Value:
    value = None
    node = _joined(node, report)
    if isinstance(node, Scalar) and not node.text.strip():
        if key.required:
            report("F009", name.line, name.column, key=key.english, vietnamese=key.vietnamese)
    else:
        try:
            value = key.coerce(node)
        except WrongTypeError as wrong:
            report("F006", node.line, node.column, key=name.text, expected=wrong.expected, value=_shown(node))
    return Value(key.english, name.text, value, name.line, name.column, tuple(_scalars(node)))


def _joined(node: Node, report: Report) -> Node:
    """`- Luật: Điều 5` in a list is a text whose colon was not quoted, not a mapping."""
    if not isinstance(node, Sequence):
        return node
    items: list[Node] = []
    for item in node.items:
        if isinstance(item, Table) and len(item.entries) == 1 and isinstance(item.entries[0][1], Scalar):
            key, value = item.entries[0][0], item.entries[0][1]
            written = f"{key.text}: {value.text}"
            report("F007", key.line, key.column, value=written)
            items.append(Scalar(written, key.line, key.column))
        else:
            items.append(item)
    return Sequence(tuple(items), node.line, node.column)


@cache
def _names(schema: Schema) -> dict[str, Key]:
    return {name: key for key in schema for name in (key.english, key.vietnamese)}


def nearest(name: str, names: Iterable[str]) -> str:
    """The known name that is most like the one written, however far."""
    wanted = re.sub(r"[\s-]+", "_", fold(name[:60]))
    return get_close_matches(wanted, names, 1, 0.0)[0]


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        yield from (item for item in node.items if isinstance(item, Scalar))


def _shown(node: Node) -> str:
    return node.text[:60] if isinstance(node, Scalar) else "…"


# --- What a value may be


def text(node: Node) -> str:
    if not isinstance(node, Scalar):
        raise WrongTypeError("text")
    return " ".join(node.text.split())


def texts(node: Node) -> tuple[str, ...]:
    """A list; one scalar is a list of one."""
    if isinstance(node, Scalar):
        return (text(node),)
    if isinstance(node, Sequence) and all(isinstance(item, Scalar) for item in node.items):
        return tuple(filter(None, map(text, node.items)))
    raise WrongTypeError("list")


def words(node: Node) -> tuple[str, ...]:
    """A list, also as one scalar with commas."""
    if isinstance(node, Scalar):
        return tuple(part for part in (" ".join(piece.split()) for piece in node.text.split(",")) if part)
    return texts(node)


def citations(node: Node) -> tuple[Citation, ...]:
    return tuple(citation(item) for item in texts(node))


def citation(written: str) -> Citation:
    """`31/2024/QH15, Điều 137` → key and place. A colon does as well (F007 has told of one that YAML minds)."""
    key, place = (*re.split(r"[,:]", written, maxsplit=1), "")[:2]
    return Citation(key=key.strip(), place=place.strip())


def number(node: Node) -> Decimal:
    """Not negative; a decimal comma is read."""
    written = text(node)
    if re.fullmatch(r"\d{1,9}([.,]\d{1,4})?", written) is None:
        raise WrongTypeError("number")
    try:
        return Decimal(written.replace(",", "."))
    except InvalidOperation as error:
        raise WrongTypeError("number") from error


def percent(node: Node) -> Decimal:
    try:
        return number(Scalar(text(node).removesuffix("%").rstrip(), node.line, node.column))
    except WrongTypeError as wrong:
        raise WrongTypeError("percent") from wrong


def above_zero(node: Node) -> Decimal:
    value = number(node)
    if value == 0:
        raise WrongTypeError("positive")
    return value


def positive(node: Node) -> int:
    value = number(node)
    if value != value.to_integral_value() or value == 0:
        raise WrongTypeError("integer")
    return int(value)


def truth(node: Node) -> bool:
    match text(node).casefold():
        case "true" | "yes" | "có" | "co":
            return True
        case "false" | "no" | "không" | "khong":
            return False
    raise WrongTypeError("boolean")


def day(node: Node) -> date:
    """`2025-08-01` or `01/08/2025`."""
    written = text(node)
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", written, re.ASCII)
    local = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", written, re.ASCII)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if local:
            return date(int(local[3]), int(local[2]), int(local[1]))
    except ValueError:
        pass
    raise WrongTypeError("date")


def identifier(node: Node) -> str:
    written = text(node)
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", written) is None:
        raise WrongTypeError("id")
    return written


def mapping(node: Node) -> Table:
    if not isinstance(node, Table):
        raise WrongTypeError("mapping")
    return node


def choice(*allowed: str) -> Coerce:
    def coerce(node: Node) -> str:
        written = text(node)
        if written not in allowed:
            raise WrongTypeError(" | ".join(allowed))
        return written

    return coerce


def page_kind(node: Node) -> str:
    """A page's kind; a practice also by its Vietnamese name."""
    return str(choice(*KINDS)(Scalar(_named(text(node)), node.line, node.column)))


def _named(written: str) -> str:
    return "practice" if fold(written) == "thuc hanh" else written


# --- The schemas

KINDS = ("lesson", "exam", "scenario", "pretest", "practice")
_KIND = Key("kind", "loai", page_kind)
QUIZ: Schema = (
    Key("pass", "dat", percent),  # above 100 is P003, the compiler's
    Key("attempts", "so_lan", positive),
    Key("time_limit", "thoi_gian", above_zero),
    Key("shuffle_questions", "tron_cau", truth),
    Key("shuffle_options", "tron_dap_an", truth),
    Key("marking", "cham", choice("all-or-nothing", "partial")),
    Key("show_answers", "hien_dap_an", choice("at-once", "after-submission", "when-passed", "never")),
)


def _page(*required: str, more: Schema = QUIZ) -> Schema:
    keys = (
        ("id", "ma", identifier),
        ("title", "tieu_de", text),
        ("section", "chuyen_de", text),
        ("minutes", "thoi_luong", number),
        ("objectives", "muc_tieu", texts),
        ("sources", "can_cu", citations),
        ("tags", "the", words),
        ("checked_on", "ngay_kiem_tra", day),
    )
    kind = Key(_KIND.english, _KIND.vietnamese, _KIND.coerce, "kind" in required)
    return (*(Key(name, other, coerce, name in required) for name, other, coerce in keys), kind, *more)


# A missing `sources` is C001, the checker's.
LESSON = _page("id", "title", "minutes", "checked_on")
OTHER_PAGE = _page("kind", "title")  # exam.md, pre-tests, scenarios
PRACTICE = _page("kind", "title", more=(Key("required", "bat_buoc", truth),))

# Vietnamese, English; and the tongues of the highlands: Jrai, Bahnar, Ede (ISO 639-3).
LANGUAGES = ("vi", "en", "jra", "bdq", "rad")
COURSE: Schema = (
    Key("title", "tieu_de", text, required=True),
    Key("summary", "tom_tat", text),
    Key("language", "ngon_ngu", choice(*LANGUAGES)),
    Key("audience", "doi_tuong", text),
    Key("positions", "vi_tri", texts),
    Key("content_group", "nhom_noi_dung", text),
    Key("hours", "so_tiet", number),
    Key("owner", "don_vi_chu_quan", text, required=True),
    Key("reviewed_by", "nguoi_tham_dinh", text),
    Key("reviewed_on", "ngay_tham_dinh", day),
    Key("effective_from", "hieu_luc_tu", day),
    Key("completion", "hoan_thanh", choice("lessons", "exam", "lessons+exam"), required=True),
    Key("certificate", "giay_xac_nhan", truth),
    Key("valid_months", "thoi_han_thang", positive),
    Key("prerequisites", "hoc_truoc", words),
    Key("read_again", "doc_lai", truth),
)
FIELD: Schema = (
    Key("title", "ten", text, required=True),
    Key("owner", "don_vi_chu_quan", text, required=True),
    Key("reviewers", "nguoi_tham_dinh", words),
)
SOURCE: Schema = (
    Key("title", "ten", text, required=True),
    Key("issuer", "co_quan", text, required=True),
    Key("from", "hieu_luc_tu", day, required=True),
    Key("until", "het_hieu_luc", day),
    Key("replaced_by", "thay_the_boi", text),
    Key("checked_on", "ngay_kiem_tra", day),
)
FORMAT: Schema = (
    Key("version", "phien_ban", positive, required=True),
    Key("limits", "gioi_han", mapping),
)
LIMITS: Schema = tuple(Key(name, name, positive) for name in limits.NAMES)
