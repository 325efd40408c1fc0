import io
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.audit import AuditEntry
from learning.clock import FixedClock
from learning.database import Database
from learning.organisation.models import Posting, Profile, Unit
from learning.settings import Settings
from tests import hostile
from tests.office.conftest import Door
from tests.office.test_people import make_tree

Enter = Callable[[str], Door]
HEADER = "ma_can_bo,ho_ten,ma_don_vi\n"


def upload(here: Door, text: str | bytes, name: str = "danh sách.csv"):  # type: ignore[no-untyped-def]
    data = text.encode() if isinstance(text, str) else text
    reply = here.send("/office/roster", file=(io.BytesIO(data), name))
    reply.request.environ["wsgi.input"].close()  # a file, where much was sent
    return reply


def token(page: str) -> str:
    return str(make_tree(page).find(".//input[@name='token']").get("value"))


def known(session: Session, code: str) -> bool:
    found = session.scalar(select(Person.id).where(Person.staff_code == code)) is not None
    session.rollback()
    return found


def test_the_first_look_changes_nobody_and_the_second_step_imports(
    door: Enter, session: Session, settings: Settings
) -> None:
    here = door("quantri")
    look = upload(here, HEADER + "CB-9,Lê Thị Chín,21583\n")
    assert look.status_code == 200
    assert "chưa nhập" in look.text
    assert not known(session, "CB-9")
    done = here.send("/office/roster/import", token=token(look.text))
    assert done.status_code == 303
    assert "Đã nhập: 1 người mới" in here.get("/office/roster").text
    assert known(session, "CB-9")
    assert list((settings.instance / "rosters").iterdir()) == []


def test_the_first_look_keeps_nobody_waiting(door: Enter, database: Database) -> None:
    here = door("quantri")
    with database.writing() as session:  # somebody writes all the while
        session.execute(update(Person).values(email=""))
        assert upload(here, HEADER + "CB-9,Lê Thị Chín,21583\n").status_code == 200


def test_one_wrong_row_stops_all_and_every_one_is_named(door: Enter, session: Session) -> None:
    rows = "CB-9,Lê Thị Chín,21583\n,Không Mã,21583\nCB-10,Sai Đơn Vị,99999\n"
    look = upload(door("quantri"), HEADER + rows)
    assert look.status_code == 422
    assert "2 dòng cần sửa, chưa nhập ai" in look.text
    cells = [row.find("th").text for row in make_tree(look.text).findall(".//table/tbody/tr")]
    assert cells == ["3", "4"]
    assert 'name="token"' not in look.text
    assert not known(session, "CB-9")


def test_an_import_cannot_be_repeated_or_borrowed(
    door: Enter, session: Session, cast: SimpleNamespace
) -> None:
    here = door("quantri")
    held = token(upload(here, HEADER + "CB-9,Lê Thị Chín,21583\n").text)
    here.send("/office/roster/import", token=held)
    here.get("/office/roster")
    for wrong in (held, "", "../../etc", "0" * 32):
        here.send("/office/roster/import", token=wrong)
        assert "Hãy chọn lại tệp" in here.get("/office/roster").text


def test_a_file_that_is_no_table_says_so(door: Enter) -> None:
    here = door("quantri")
    for data, name in ((b"%PDF-1.7\n\x00\x01", "x.pdf"), (b"PK\x03\x04 broken", "x.xlsx"), (b"", "x.csv")):
        reply = upload(here, data, name)
        assert reply.status_code == 422, name
        assert "field-error" in reply.text
    assert here.send("/office/roster").status_code == 422


def test_no_hostile_file_changes_anyone_or_is_kept(
    door: Enter, session: Session, settings: Settings, database: Database
) -> None:
    here = door("quantri")
    before = everyone(database)
    for what, (name, data, _why) in hostile.files().items():
        reply = upload(here, data, name)
        assert reply.status_code == 422, what
        said = make_tree(reply.text).find(".//*[@class='field-error']")
        assert said is not None and "Hãy" in "".join(said.itertext()), what
        assert 'name="token"' not in reply.text
    assert upload(here, b"ma_can_bo,ho_ten\n" * 130_000).status_code == 413
    assert everyone(database) == before
    assert [path for path in (settings.instance / "rosters").rglob("*") if path.is_file()] == []


def test_what_lies_hidden_in_a_workbook_is_left_alone(door: Enter, session: Session) -> None:
    look = upload(door("quantri"), hostile.nested(), "danh sách.xlsx")
    assert look.status_code == 200
    assert 'name="token"' in look.text


def test_a_file_name_of_any_length_is_taken(door: Enter, settings: Settings) -> None:
    for name in ("a" * 3000 + ".csv", "đ" * 300 + ".csv", ".", "..", "con.csv"):
        assert upload(door("quantri"), HEADER + "CB-9,Lê Thị Chín,21583\n", name).status_code == 200
    assert {path.parent.parent for path in settings.instance.rglob("*") if path.name.endswith("csv")} == {
        settings.instance / "rosters"
    }


def test_a_file_nobody_came_back_for_is_not_imported_and_goes(
    door: Enter, session: Session, settings: Settings, clock: FixedClock
) -> None:
    here = door("quantri")
    held = token(upload(here, HEADER + "CB-9,Lê Thị Chín,21583\n").text)
    kept = settings.instance / "rosters"
    clock.move(timedelta(hours=2, minutes=1))
    here.send("/office/roster/import", token=held)
    assert "Hãy chọn lại tệp" in here.get("/office/roster").text
    assert list(kept.iterdir()) == []
    assert not known(session, "CB-9")


def test_a_file_that_went_bad_in_the_meantime_is_told(
    door: Enter, session: Session, settings: Settings
) -> None:
    here = door("quantri")
    held = token(upload(here, HEADER + "CB-9,Lê Thị Chín,21583\n").text)
    next((settings.instance / "rosters").glob("*/*")).write_bytes(b"PK\x03\x04")
    assert here.send("/office/roster/import", token=held).status_code == 303
    assert "Tệp bị hỏng" in here.get("/office/roster").text
    assert not known(session, "CB-9")


def everyone(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(
            repr(tuple(row))
            for table in (Person, Profile, Posting, Unit, AuditEntry)
            for row in session.execute(select(*table.__table__.columns))
        )


def test_a_hostile_file_name_stays_in_its_place(door: Enter, settings: Settings) -> None:
    look = upload(door("quantri"), HEADER + "CB-9,Lê Thị Chín,21583\n", "../../<img src=x>.csv")
    assert look.status_code == 200
    assert "<img src=x>" not in look.text
    assert [path.parent.parent for path in settings.instance.rglob("*.csv")] == [
        settings.instance / "rosters"
    ]


def test_only_an_administrator_imports(door: Enter) -> None:
    for username in ("lanhdao", "thanhtra", "giangvien", "hocvien"):
        assert upload(door(username), HEADER).status_code == 404
