import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.organisation import positions, units
from learning.organisation.models import Position, Unit


def test_gia_lai_has_135_communes_with_codes_of_five_digits_and_a_second_loading_adds_none(
    session: Session,
) -> None:
    added = units.load(session)
    communes = session.scalars(select(Unit).where(Unit.kind == "commune").order_by(Unit.sort_key)).all()
    assert len(communes) == 135 and all(len(one.code) == 5 and one.parent_code == "52" for one in communes)
    assert {"21583": "Phường Quy Nhơn", "23677": "Xã Đak Đoa"}.items() <= {
        one.code: one.name for one in communes
    }.items()
    province = session.get_one(Unit, "52")
    assert province.name == "Tỉnh Gia Lai" and province.kind == "province"
    assert added == 1 + 135 + len(units.departments())
    assert units.load(session) == 0


def test_every_province_of_the_country_can_be_loaded(session: Session) -> None:
    provinces = [code for code in units.communes() if len(code) == 2]
    assert len(provinces) == 34
    for code in provinces:
        units.load(session, code, departments=code == "52")
    assert session.scalar(select(func.count()).where(Unit.kind == "commune")) == 3321
    assert session.get_one(Unit, "00070").name == "Phường Hoàn Kiếm"
    assert session.get_one(Unit, "01").name == "Thành phố Hà Nội"


def test_a_code_that_is_no_province_is_refused(session: Session) -> None:
    with pytest.raises(KeyError):
        units.load(session, "99")


def test_a_commune_of_another_province_brings_its_province_along(session: Session) -> None:
    units.load(session)
    assert units.load_for(session, ["00070", "21583", "nowhere"]) == 1 + 126
    assert session.get_one(Unit, "00070").parent_code == "01"


def test_the_departments_that_own_the_courses_are_listed() -> None:
    assert {
        "Sở Tài chính",
        "Sở Nông nghiệp và Môi trường",
        "Sở Khoa học và Công nghệ",
        "Trường Chính trị tỉnh",
    } <= set(units.departments())


def test_positions_are_loaded_once_and_are_the_provinces_to_change(session: Session) -> None:
    assert positions.load(session) > 40
    positions.save(session, "ke_toan", "Kế toán  ngân sách", "kinh_te")
    assert positions.load(session) == 0
    session.expire_all()
    assert session.get_one(Position, "ke_toan").title == "Kế toán ngân sách"
    assert set(positions.listed()) == set(positions.GROUPS)
