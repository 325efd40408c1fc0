"""Nothing of one unit is read or changed from another, whatever id is put into an address or a body."""

import io
from urllib.parse import urlsplit

import openpyxl
import pytest

from tests.access_table import ROWS
from tests.cast import Stage

FOREIGN = ("Rơ Châm H'Yên", "Rơ Châm H&#39;Yên", "hocvien2", "Siu Đạo", "lanhdao2")
OF_U1 = ("learner_u1", "trainer_u1", "head_u1")


@pytest.mark.parametrize("name", OF_U1)
def test_every_address_of_the_table_with_the_ids_of_the_other_unit(stage: Stage, name: str) -> None:
    guest, before = stage.visitor(name), stage.rows()
    swapped = 0
    for row in ROWS:
        address = row.address.replace("learner_u1", "learner_u2").replace("class_U1", "class_U2")
        address = address.replace("LOP-U1", "LOP-U2").replace("21583", "23677")
        address = address.replace("people/hocvien", "people/hocvien2").replace("hocvien22", "hocvien2")
        changed = address != row.address or row.address != row.address.replace("learner_u2", "")
        if not changed or "/verify/" in address or "/api/v1/certificates/" in address:
            continue  # what is printed on a certificate is public by its serial
        swapped += 1
        options = row.body(stage.cast, "learner_u2") if row.body else {}
        for bearer in (False, True):
            reply = guest.open(row.method, address, bearer=bearer, **options)
            assert reply.status_code == 404, f"{row.method} {address} as {name}"
            options = row.body(stage.cast, "learner_u2") if row.body else {}
    assert swapped > 25
    assert stage.rows() == before


@pytest.mark.parametrize("name", OF_U1)
def test_no_list_or_search_names_the_people_of_the_other_unit(stage: Stage, name: str) -> None:
    guest = stage.visitor(name)
    asked = [row.address for row in ROWS if row.method == "GET" and name in row.who]
    words = ("q=yen", "q=hocvien2", "unit=23677", "after=0-0", "q=%25", "who=all", "state=started&who=all")
    searched = [
        f"{urlsplit(address).path}?{query}"
        for address in ("/office", "/reports", "/reports/courses/finance/sample", "/courses")
        for query in words
    ]
    for address in [*asked, *searched]:
        if address.startswith("/verify") or "/api/v1/certificates" in address:
            continue
        text = guest.get(address).data.decode(errors="replace")
        words = FOREIGN if "hocvien2" not in address else FOREIGN[:2]  # what one typed comes back
        assert not any(word in text for word in words), address


@pytest.mark.parametrize("name", ("trainer_u1", "head_u1"))
def test_no_export_holds_them_either(stage: Stage, name: str) -> None:
    guest = stage.visitor(name)
    for fields in ({}, {"who": "all"}, {"state": "started", "who": "all"}):
        reply = guest.post("/reports/courses/finance/sample/scores.csv", data=fields)
        assert "hocvien" in reply.text
        assert not any(words in reply.text for words in FOREIGN)
        reply = guest.post("/reports/courses/finance/sample/scores.xlsx", data=fields)
        sheet = openpyxl.load_workbook(io.BytesIO(reply.data)).active
        assert sheet is not None
        cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
        assert "hocvien" in cells
        assert not any(words in cell for words in FOREIGN for cell in cells)


def test_a_foreign_id_in_a_body_reaches_nobody(stage: Stage) -> None:
    """The ids in bodies: of an attempt's form, of a class's member, of a course, of a kept roster."""
    cast = stage.cast
    learner, before = stage.visitor("learner_u1"), stage.rows()
    foreign = cast.questions["learner_u2"]["mot"]
    mine = "/api/v1/attempts/{open_learner_u1}"
    save = {"answer": foreign, "seq": 1, "client_id": "3f6f2a5e-0000-4000-8000-000000000001"}
    assert learner.open("PUT", f"{mine}/answers/mot", json=save).status_code == 422
    submit = {"answers": {"mot": foreign}, "client_id": "3f6f2a5e-0000-4000-8000-000000000002"}
    assert learner.post(f"{mine}/submission", json=submit).status_code == 422
    assert stage.rows() == before
    head = stage.visitor("head_u1")
    for deed in ("members", "unit", "members/removal"):
        body = {"people": "hocvien2", "unit": "23677", "person": cast.people["learner_u2"]}
        assert head.post(f"/office/classes/{{class_U1}}/{deed}", data=body).status_code == 404
    assert stage.rows() == before
