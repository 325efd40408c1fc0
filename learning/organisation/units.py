"""The province's units: communes from the published list of the country, departments from the project's own."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from vietnam_provinces import Province, Ward

from learning.organisation.models import Unit
from learning.vietnamese.collation import sort_key

GIA_LAI = "52"
IN_FORCE = date(2025, 7, 1)  # when today's communes and provinces began


@dataclass(frozen=True)
class Listed:
    """A unit as the lists name it."""

    code: str
    name: str
    kind: str
    parent_code: str | None


def load(session: Session, province: str = GIA_LAI, *, departments: bool = True) -> int:
    """Brings a province of the list into the database: itself, its communes and its departments; how many are
    new. What is there stays as it is. Raises KeyError for a code that is no province of the list."""
    wanted = [communes()[province], *(one for one in communes().values() if one.parent_code == province)]
    if departments:
        wanted += [Listed(code, name, "department", province) for code, name in _departments().items()]
    return add_all(session, wanted)


def add_all(session: Session, wanted: Iterable[Listed]) -> int:
    """Adds the units that are not there, in the order given (above before below); how many."""
    known = set(session.scalars(select(Unit.code)))
    new = [one for one in wanted if one.code not in known]
    if new:
        rows = [
            {
                "code": one.code,
                "name": one.name,
                "sort_key": sort_key(one.name),
                "kind": one.kind,
                "parent_code": one.parent_code,
                "area": "thuong",
                "valid_from": IN_FORCE,
                "valid_to": None,
            }
            for one in new
        ]
        session.execute(insert(Unit), rows)
    return len(new)


def load_for(session: Session, codes: Collection[str]) -> int:
    """Brings in whatever the lists know and the database does not of these codes: a commune with its whole
    province; departments with the first province, the installation's own. How many units are new."""
    rows = session.execute(select(Unit.code, Unit.kind).order_by(Unit.code)).all()
    known = {code for code, _ in rows}
    missing = {
        communes()[code].parent_code or code for code in codes if code not in known and code in communes()
    }
    provinces = sorted(missing) or [next((code for code, kind in rows if kind == "province"), GIA_LAI)]
    with_departments = not any(kind == "department" for _, kind in rows)
    added = 0
    for province in provinces:
        if province in missing or with_departments:
            added += load(session, province, departments=with_departments)
        with_departments = False
    return added


def listed() -> dict[str, str]:
    """Every code the lists know, with its name: provinces, communes, departments."""
    return {code: one.name for code, one in communes().items()} | _departments()


def departments() -> list[str]:
    """The names of the departments, as courses name their owners."""
    return list(_departments().values())


@cache
def communes() -> dict[str, Listed]:
    """Every province (2 digits) and commune (5 digits) of the country, by code."""
    listed = {
        f"{province.code.value:02}": Listed(f"{province.code.value:02}", _titled(province), "province", None)
        for province in Province.iter_all()
    }
    for ward in Ward.iter_all():
        code = f"{ward.code.value:05}"
        listed[code] = Listed(code, ward.name, "commune", f"{ward.province_code.value:02}")
    return listed


def _titled(province: Province) -> str:
    name: str = province.name
    return name if name.startswith(("Thành phố", "Tỉnh")) else f"Tỉnh {name}"


@cache
def _departments() -> dict[str, str]:
    listed: dict[str, str] = yaml.safe_load(Path(__file__).with_name("departments.yml").read_text("utf-8"))
    return listed
