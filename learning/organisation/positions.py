"""The catalogue of positions (vị trí, chức danh): begun from a list, then the province's own."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from learning.organisation.models import Position

GROUPS = {
    "lanh_dao": "Lãnh đạo",
    "van_phong": "Văn phòng HĐND và UBND",
    "kinh_te": "Phòng Kinh tế",
    "van_hoa_xa_hoi": "Phòng Văn hóa – Xã hội",
    "hanh_chinh_cong": "Trung tâm Phục vụ hành chính công",
    "quan_su": "Ban Chỉ huy quân sự",
    "doan_the": "Mặt trận, đoàn thể, không chuyên trách",
    "so_nganh": "Sở, ngành",
}


def load(session: Session) -> int:
    """Adds the positions of the list that are not in the catalogue; how many. What is there stays as it is."""
    known = set(session.scalars(select(Position.code)))
    rows = [
        {"code": code, "title": title, "group": group}
        for group, titles in listed().items()
        for code, title in titles.items()
        if code not in known
    ]
    if rows:
        session.execute(insert(Position), rows)
    return len(rows)


def add_all(session: Session, titles: Mapping[str, str]) -> None:
    """Adds positions that are not in the catalogue, by code; the administration may group them later."""
    if titles:
        rows = [
            {"code": code, "title": " ".join(title.split()), "group": ""} for code, title in titles.items()
        ]
        session.execute(insert(Position), rows)


def save(session: Session, code: str, title: str, group: str = "") -> Position:
    """Adds a position, or gives it another title or group."""
    position = session.get(Position, code) or Position(code=code)
    position.title = " ".join(title.split())
    position.group = group
    session.add(position)
    session.flush()
    return position


def titles() -> dict[str, str]:
    """Code → title of that list."""
    return {code: title for group in listed().values() for code, title in group.items()}


@cache
def listed() -> dict[str, dict[str, str]]:
    """Group → code → title of the list a new database begins with."""
    titles: dict[str, dict[str, str]] = yaml.safe_load(
        Path(__file__).with_name("positions.yml").read_text("utf-8")
    )
    return titles
