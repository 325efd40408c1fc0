"""A whole province to try things out on, and more learners: made-up people in many rows at once."""

from collections.abc import Sequence
from datetime import date, datetime
from random import Random
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts import passwords, people
from learning.accounts.models import Person, RoleGrant
from learning.demo.cast import ACTOR, CAST
from learning.demo.names import compose
from learning.organisation import positions, units
from learning.organisation.models import Posting, Profile, Unit

PEOPLE = 5219  # of the province, its cast among them
SEED = 52
HEAD = "ct_ubnd"
MOVED_ON = date(2026, 3, 1)
QUALIFICATIONS = (("so_cap", 1), ("trung_cap", 25), ("cao_dang", 9), ("dai_hoc", 62), ("sau_dai_hoc", 3))
SPECIALTIES = (
    "Luật", "Kế toán", "Tài chính – ngân hàng", "Quản lý đất đai", "Hành chính công", "Công tác xã hội",
    "Công nghệ thông tin", "Xây dựng", "Nông nghiệp", "Văn hóa", "Sư phạm", "Y tế công cộng",
)  # fmt: skip
_BATCH = 1000


def seed(session: Session, now: datetime) -> int:
    """Fills the 135 communes up to PEOPLE people, the cast among them, with a head for each commune; how many are
    new. The same people every time; seeding again changes nothing. The cast has been seeded before."""
    units.load(session)
    positions.load(session)
    known = set(session.scalars(select(Person.staff_code)))
    wanted = [f"GL{number:05}" for number in range(1, PEOPLE - len(CAST) + 1)]
    new = [(number, code) for number, code in enumerate(wanted) if code not in known]
    communes = _communes(session)
    headed = set(session.scalars(select(RoleGrant.scope).where(RoleGrant.role == "unit_head")))
    rows = []
    for number, code in new:
        commune = communes[number % len(communes)]
        leads = number < len(communes) and commune not in headed
        rows.append(_person(Random(f"{SEED}:{code}"), code, code.lower(), commune, leads))
    _write(session, now, rows)
    if rows:
        audit.record(session, now, ACTOR, "demo.seeded", "province", people=len(rows))
        session.flush()
    return len(rows)


def add_learners(session: Session, now: datetime, count: int) -> list[str]:
    """So many more learners with the demo password, over all communes; their usernames."""
    units.load(session)
    positions.load(session)
    communes = _communes(session)
    like = Person.username.like("hocvien-%")
    first = (session.scalar(select(func.count()).select_from(Person).where(like)) or 0) + 1
    rows = []
    for number in range(first, first + count):
        name = f"hocvien-{number:05}"
        rows.append(
            _person(Random(f"{SEED}:{name}"), f"HV{number:05}", name, communes[number % len(communes)], False)
        )
    _write(session, now, rows)
    audit.record(session, now, ACTOR, "demo.seeded", "learners", people=len(rows))
    session.flush()
    return [row["username"] for row in rows]


def _communes(session: Session) -> Sequence[str]:
    here = select(Unit.code).where(Unit.kind == "commune", Unit.parent_code == units.GIA_LAI)
    return session.scalars(here.order_by(Unit.code)).all()


def _person(chance: Random, code: str, username: str, commune: str, leads: bool) -> dict[str, Any]:
    seats = [
        position
        for group, titles in positions.listed().items()
        for position in titles
        if group != "so_nganh" and position != HEAD
    ]
    position = HEAD if leads else chance.choice(seats)
    category = (
        "can_bo" if leads else "khong_chuyen_trach" if position == "khong_chuyen_trach" else "cong_chuc"
    )
    qualification = chance.choices(
        [one for one, _ in QUALIFICATIONS], [weight for _, weight in QUALIFICATIONS]
    )[0]
    return {
        "username": username,
        "staff_code": code,
        "name": compose(chance),
        "commune": commune,
        "position": position,
        "leads": leads,
        "came_from": chance.random() < 0.1,
        "profile": {
            "category": category,
            "specialty": chance.choice(SPECIALTIES),
            "qualification": qualification,
            "years_in_post": chance.randint(0, 30),
            "state_management": chance.random() < 0.6,
            "political_theory": chance.choice(("chua", "so_cap", "trung_cap", "trung_cap", "cao_cap")),
        },
    }


def _write(session: Session, now: datetime, rows: Sequence[dict[str, Any]]) -> None:
    # One hash for all: hashing each anew would take minutes, and everybody knows this password.
    password_hash = passwords.hash_password(passwords.DEMO_PASSWORD)
    communes = _communes(session)
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        session.execute(
            insert(Person),
            [
                {
                    "username": row["username"],
                    "staff_code": row["staff_code"],
                    "email": "",
                    "password_hash": password_hash,
                    "active": True,
                    "created_at": now,
                    **people.name_columns(row["name"]),
                }
                for row in batch
            ],
        )
        codes = [row["staff_code"] for row in batch]
        found = session.execute(select(Person.staff_code, Person.id).where(Person.staff_code.in_(codes)))
        ids = {code: person_id for code, person_id in found.all() if code}
        session.execute(
            insert(Profile), [{"person_id": ids[row["staff_code"]], **row["profile"]} for row in batch]
        )
        session.execute(insert(Posting), [one for row in batch for one in _postings(ids, row, communes)])
        heads = [
            {"person_id": ids[row["staff_code"]], "role": "unit_head", "scope": row["commune"]}
            for row in batch
            if row["leads"]
        ]
        if heads:
            session.execute(insert(RoleGrant), heads)


def _postings(ids: dict[str, int], row: dict[str, Any], communes: Sequence[str]) -> list[dict[str, Any]]:
    seat = {"person_id": ids[row["staff_code"]], "position_code": row["position"]}
    here = {**seat, "unit_code": row["commune"], "from_date": units.IN_FORCE, "to_date": None}
    if not row["came_from"]:
        return [here]
    before = communes[communes.index(row["commune"]) - 1]
    ended = date(MOVED_ON.year, MOVED_ON.month - 1, 28)
    there = {**seat, "unit_code": before, "from_date": units.IN_FORCE, "to_date": ended}
    return [there, {**here, "from_date": MOVED_ON}]
