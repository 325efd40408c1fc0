import io
from collections.abc import Callable
from types import SimpleNamespace

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.settings import Settings
from tests.office.conftest import Door
from tests.office.test_people import make_tree

Enter = Callable[[str], Door]
HEADER = "ma_can_bo,ho_ten,ma_don_vi\n"


def upload(here: Door, text: str | bytes, name: str = "danh sách.csv"):  # type: ignore[no-untyped-def]
    data = text.encode() if isinstance(text, str) else text
    return here.send("/office/roster", file=(io.BytesIO(data), name))


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
