"""How templates write dates and numbers: always the Vietnamese way, in the province's time."""

import datetime as dates
from dataclasses import dataclass
from decimal import Decimal

from flask import request
from flask_login import current_user
from markupsafe import Markup

from learning.vietnamese import formats
from learning.web.context import App, settings
from learning.web.i18n import gettext as _

# Where people of each role work: (first part of the address, roles). Only what exists is linked.
DESKS = (
    ("studio", frozenset({"author", "reviewer", "administrator"})),
    ("reports", frozenset({"trainer", "unit_head", "inspector", "administrator"})),
    ("office", frozenset({"unit_head", "trainer", "inspector", "administrator"})),
)


@dataclass(frozen=True)
class Desk:
    title: str
    address: str
    here: bool


def install(app: App) -> None:
    app.add_template_filter(_number, "number")
    app.add_template_filter(_percent, "percent")
    app.add_template_filter(_date, "date")
    app.add_template_filter(_time, "time")
    app.add_template_filter(_datetime, "datetime")
    app.add_template_filter(_unbroken, "unbroken")

    @app.template_global()
    def desks() -> list[Desk]:
        """The desks this visitor may sit at, none for someone signed out."""
        held: frozenset[str] = getattr(current_user, "roles", frozenset())
        titles = {"studio": _("Biên soạn"), "reports": _("Kết quả"), "office": _("Đơn vị")}
        rules = {rule.rule.rstrip("/") for rule in app.url_map.iter_rules()} if held else set()
        return [
            Desk(titles[name], f"/{name}", request.path.split("/")[1] == name)
            for name, roles in DESKS
            if not held.isdisjoint(roles) and f"/{name}" in rules
        ]


def _number(value: float | Decimal | None, decimals: int | None = None) -> str:
    return "" if value is None else formats.number(value, decimals)


def _percent(value: float | Decimal | None, decimals: int | None = 1) -> str:
    return "" if value is None else formats.percent(value, decimals)


def _date(value: dates.date | None) -> str:
    """A date; of a moment, the date it had in the province."""
    if isinstance(value, dates.datetime):
        value = value.astimezone(settings().timezone)
    return "" if value is None else formats.date(value)


def _time(value: dates.datetime | None) -> str:
    return "" if value is None else formats.time(value, settings().timezone)


def _datetime(value: dates.datetime | None) -> str:
    return "" if value is None else formats.datetime(value, settings().timezone)


def _unbroken(text: str) -> Markup:
    """A document number such as 171/2025/NĐ-CP that no line break may part."""
    return Markup('<span class="nowrap">{}</span>').format(text)
