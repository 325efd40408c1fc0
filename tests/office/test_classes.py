import re
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as checked
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.clock import FixedClock
from learning.office import enrolment
from learning.organisation.models import ClassMember, TrainingClass
from tests import make
from tests.office.conftest import Door

Enter = Callable[[str], Door]


@pytest.fixture
def group(session: Session, cast: SimpleNamespace) -> TrainingClass:
    make.publish(session)
    made = make.training_class(session, cast.trainer, [cast.learner], code="TC-2026-01")
    session.commit()
    return made


def members(session: Session) -> int:
    count = session.scalar(select(func.count()).select_from(ClassMember))
    session.rollback()
    return int(count or 0)


def test_a_class_is_opened_and_waits_for_members(
    door: Enter, session: Session, cast: SimpleNamespace
) -> None:
    make.publish(session)
    session.commit()
    reply = door("quantri").send(
        "/office/classes/new",
        name="Lớp ngân sách tháng 12",
        code="TC-2026-12",
        course="finance/sample",
        trainer=cast.trainer.id,
        starts_on="01/12/2026",
        due_on="31/12/2026",
    )
    assert reply.status_code == 303
    made = session.scalars(select(TrainingClass)).one()
    assert (made.code, made.trainer_id, str(made.due_on)) == ("TC-2026-12", cast.trainer.id, "2026-12-31")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": "  "}, "Hãy đặt tên lớp"),
        ({"code": "TC-2026-01"}, "Mã này đã dùng"),
        ({"code": "TC 2026"}, "không có dấu cách"),
        ({"starts_on": "32/12/2026"}, "ngày/tháng/năm"),
        ({"starts_on": "02/12/2026", "due_on": "01/12/2026"}, "sau ngày bắt đầu"),
        ({"course": "finance/nowhere"}, ""),
        ({"trainer": "999999"}, ""),
        ({"trainer": "x"}, ""),
    ],
)
def test_a_wrong_value_is_named_and_what_was_typed_stays(
    door: Enter, cast: SimpleNamespace, group: TrainingClass, wrong: dict[str, str], words: str
) -> None:
    values = {"name": "Lớp mới", "code": "MOI-1", "course": "finance/sample", "trainer": str(cast.trainer.id)}
    reply = door("quantri").send("/office/classes/new", **(values | wrong))
    assert reply.status_code == 422
    assert words in reply.text
    for value in (values | wrong).values():
        if value.strip() and value not in ("finance/nowhere", "999999", "x"):
            assert value in reply.text


def test_people_are_added_by_name_and_code_and_wrong_lines_stay_in_the_box(
    door: Enter, session: Session, cast: SimpleNamespace, group: TrainingClass
) -> None:
    pasted = "dongnghiep\nCB-hocvien2\tĐặng Văn Bình\n\nkhông có ai\nHOCVIEN\n<b>x</b>"
    reply = door("quantri").send(f"/office/classes/{group.id}/members", people=pasted)
    assert reply.status_code == 422
    assert "Dòng 4, “không có ai”" in reply.text
    assert "Dòng 6, “&lt;b&gt;x&lt;/b&gt;”" in reply.text
    assert "không có ai\n&lt;b&gt;x&lt;/b&gt;</textarea>" in reply.text.replace("\r\n", "\n")
    assert members(session) == 3


def test_adding_the_same_twice_changes_nothing(
    door: Enter, session: Session, cast: SimpleNamespace, group: TrainingClass
) -> None:
    here = door("quantri")
    for _ in range(2):
        assert (
            here.send(f"/office/classes/{group.id}/members", people="dongnghiep\ndongnghiep").status_code
            == 303
        )
    assert members(session) == 2


def test_a_locked_account_is_named_not_added(
    door: Enter, session: Session, cast: SimpleNamespace, group: TrainingClass
) -> None:
    cast.colleague.active = False
    session.commit()
    reply = door("quantri").send(f"/office/classes/{group.id}/members", people="dongnghiep")
    assert "tài khoản đang khóa" in reply.text
    assert members(session) == 1


def test_a_whole_unit_is_added(
    door: Enter, session: Session, cast: SimpleNamespace, group: TrainingClass
) -> None:
    reply = door("quantri").send(f"/office/classes/{group.id}/unit", unit=cast.quy_nhon.code)
    assert reply.status_code == 303
    assert members(session) == 4


def test_no_unit_is_chosen_beforehand(
    door: Enter, session: Session, cast: SimpleNamespace, group: TrainingClass
) -> None:
    reply = door("quantri").send(f"/office/classes/{group.id}/unit", unit="")
    assert reply.status_code == 422
    assert "Hãy chọn đơn vị." in reply.text
    assert members(session) == 1


def test_a_member_is_taken_out(
    door: Enter, session: Session, cast: SimpleNamespace, group: TrainingClass
) -> None:
    here = door("quantri")
    for _ in range(2):
        reply = here.send(f"/office/classes/{group.id}/members/removal", person=cast.learner.id)
        assert reply.status_code == 303
    assert members(session) == 0


def test_a_long_list_comes_by_pages_and_is_searched(
    door: Enter, session: Session, group: TrainingClass
) -> None:
    everyone = [make.person(session, f"u{place}", f"Lê Văn {place:02}") for place in range(40)]
    session.add_all(ClassMember(class_id=group.id, person_id=person.id) for person in everyone)
    session.commit()
    here, address = door("quantri"), f"/office/classes/{group.id}"
    first = here.get(address)
    assert "(41)" in first.text, "all of them are counted"
    assert "Tất cả học viên của lớp." in first.text, "which the file is of"
    next_page = re.search(r'href="([^"]+)">Trang sau', first.text)
    assert next_page is not None
    second = here.get(unescape(next_page[1])).text
    both = [re.findall(r"<th scope=\"row\">.*?>([^<]+)</a>", page) for page in (first.text, second)]
    assert len(both[0]) == 30
    assert sorted(both[0] + both[1]) == sorted(["Nguyễn Thị Ánh Tuyết", *(one.full_name for one in everyone)])
    found = here.get(address, query_string={"q": "van 07"}).text
    assert "Lê Văn 07" in found
    assert "Lê Văn 08" not in found
    assert "Không có ai khớp" in here.get(address, query_string={"q": "không ai"}).text
    back = here.client.post(
        f"{address}/members/removal?q=van+07",
        data={"csrf_token": here.token(), "person": everyone[7].id},
    )
    assert back.location == f"{address}?q=van+07", "one stays where one was"


def test_a_trainer_sees_own_classes_and_changes_none(
    door: Enter, session: Session, cast: SimpleNamespace, group: TrainingClass
) -> None:
    other = make.person(session, "giangvien2", roles=["trainer"], password=make.PASSWORD)
    elsewhere = make.training_class(session, other, code="KHAC-01")
    session.commit()
    here = door("giangvien")
    page = here.get("/office/classes").text
    assert "TC-2026-01" in page
    assert "KHAC-01" not in page
    assert "Nguyễn Thị Ánh Tuyết" in here.get(f"/office/classes/{group.id}").text
    assert here.get(f"/office/classes/{elsewhere.id}").status_code == 404
    assert here.send(f"/office/classes/{group.id}/members", people="hocvien2").status_code == 404
    assert members(session) == 1


@checked(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(pasted=st.text(alphabet=st.sampled_from("hocvien2 \t,;\n\r-CBđ\x00"), max_size=60))
def test_every_line_is_added_or_given_back(
    session: Session, clock: FixedClock, group: TrainingClass, pasted: str
) -> None:
    with session.begin_nested():
        done = enrolment.enrol_lines(session, clock.now(), group, pasted, actor="quantri")
    lines = [line for line in pasted.splitlines() if line.strip()]
    given_back = {line.number for line in done.amiss}
    assert len(given_back) == len(done.amiss)
    assert done.added + done.already <= len(lines) - len(done.amiss)
    assert all(pasted.splitlines()[line.number - 1].strip() == line.text for line in done.amiss)


def test_a_list_without_end_is_to_be_parted(door: Enter, session: Session, group: TrainingClass) -> None:
    here = door("quantri")
    reply = here.send(f"/office/classes/{group.id}/members", people="dongnghiep\n" * 2001)
    assert reply.status_code == 422
    assert "hãy chia thành nhiều lần" in reply.text
