from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from html5lib import parse
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from learning.organisation.models import Unit
from learning.web.context import App
from tests import make


@dataclass
class Door:
    """A browser: reads pages, and sends their forms with the token they carry."""

    client: FlaskClient

    def get(self, address: str, **more: object) -> TestResponse:
        return self.client.get(address, **more)

    def send(self, address: str, page: str = "", **values: object) -> TestResponse:
        """Posts with the token of a page that holds a form (by default any with one)."""
        return self.client.post(address, data={"csrf_token": self.token(page), **values})

    def token(self, page: str = "") -> str:
        tree = parse(self.client.get(page or "/me/password").text, namespaceHTMLElements=False)
        field = tree.find(".//input[@name='csrf_token']")
        assert field is not None, f"no form on {page}"
        return str(field.get("value"))


@pytest.fixture
def cast(session: Session) -> SimpleNamespace:
    """Two units with a head and learners each, an administrator, a trainer, an inspector."""
    quy_nhon = make.unit(session)
    dak_doa = make.unit(session, "23677", "Xã Đak Đoa")
    home = make.unit(session, "so-noi-vu", "Sở Nội vụ", "department")

    def person(username: str, name: str, unit: Unit, roles: object = ("learner",)) -> object:
        return make.person(
            session,
            username,
            name,
            unit=unit,
            roles=roles,
            password=make.PASSWORD,
            staff_code=f"CB-{username}",
        )

    people = SimpleNamespace(
        quy_nhon=quy_nhon,
        dak_doa=dak_doa,
        head=person("lanhdao", "Lê Thị Lãnh", quy_nhon, {"unit_head": [quy_nhon.code]}),
        learner=person("hocvien", "Nguyễn Thị Ánh Tuyết", quy_nhon),
        colleague=person("dongnghiep", "Trần Đức Ẩm", quy_nhon),
        stranger=person("hocvien2", "Đặng Văn Bình", dak_doa),
        author=person("bientap", "Võ Biên Tập", quy_nhon, {"author": ["finance"]}),
        trainer=person("giangvien", "Đỗ Giảng", home, ("trainer",)),
        inspector=person("thanhtra", "Phan Thanh Tra", home, ("inspector",)),
        administrator=person("quantri", "Phạm Quốc Trị", home, ("administrator",)),
    )
    session.commit()
    return people


@pytest.fixture
def door(app: App, cast: SimpleNamespace) -> Iterator[Callable[[str], Door]]:
    """Signs someone of the cast in."""

    def enter(username: str) -> Door:
        client = app.test_client()
        make.sign_in(client, username)
        return Door(client)

    yield enter
