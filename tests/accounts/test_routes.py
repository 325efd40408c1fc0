from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from learning.accounts import codes, people, sessions
from learning.accounts.models import Person, SigninFailure, SigninSession
from learning.accounts.routes import same_origin_path
from learning.clock import FixedClock
from learning.database import Database
from tests import statements
from tests.accounts.conftest import PASSWORD, Post


def test_signing_in_leads_where_one_was_going_under_a_new_session(client: FlaskClient, sign_in: Post) -> None:
    client.get("/code")
    before = client.get_cookie("session")
    answer = sign_in(next="/me/sessions")
    assert answer.status_code == 303 and answer.location == "/me/sessions"
    after = client.get_cookie("session")
    assert before and after and before.value != after.value and after.http_only and after.same_site == "Lax"
    page = client.get("/me/sessions").get_data(as_text=True)
    assert "Đang dùng" in page and "22/11/2026 15:00" in page


def test_what_was_in_the_browser_before_signing_in_is_gone_after(client: FlaskClient, sign_in: Post) -> None:
    with client.session_transaction() as planted:
        planted["sid"] = "planted by somebody else"
        planted["mark"] = "still here"
    sign_in()
    with client.session_transaction() as after:
        assert after["sid"] != "planted by somebody else" and "mark" not in after


def test_a_wrong_password_keeps_the_name_and_says_no_more_than_needed(
    client: FlaskClient, sign_in: Post
) -> None:
    wrong = sign_in(password="không phải đâu")
    unknown = sign_in(username="không.có", password="không phải đâu")
    assert wrong.status_code == unknown.status_code == 422
    page = wrong.get_data(as_text=True)
    assert "<title>Lỗi: Đăng nhập" in page and "Tên đăng nhập hoặc mật khẩu không đúng" in page
    assert 'value="nguyen.an"' in page and "không phải đâu" not in page
    drop_token = str.maketrans("", "", "")
    same = unknown.get_data(as_text=True).replace("không.có", "nguyen.an").translate(drop_token)
    assert _without_token(same) == _without_token(page)


def _without_token(page: str) -> str:
    import re

    return re.sub(r'name="csrf_token"[^>]*>', "", page)


def test_empty_fields_are_named_each(sign_in: Post) -> None:
    answer = sign_in(username="", password="")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Hãy nhập tên đăng nhập." in page and "Hãy nhập mật khẩu." in page and 'href="#username"' in page


def test_too_many_failures_say_when_to_come_back(sign_in: Post) -> None:
    for _ in range(5):
        sign_in(password="không phải đâu")
    answer = sign_in()
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "30"
    assert "30 giây" in answer.get_data(as_text=True)


def test_failures_count_and_successes_do_not(database: Database, sign_in: Post) -> None:
    for _ in range(7):
        assert sign_in().status_code == 303
    sign_in(password="không phải đâu")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SigninFailure)) == 1


def test_without_the_token_of_the_form_nothing_is_tried(
    client: FlaskClient, person: Person, database: Database
) -> None:
    answer = client.post("/", data={"username": "nguyen.an", "password": PASSWORD})
    assert answer.status_code == 400
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SigninSession)) == 0


@pytest.mark.parametrize(
    "address",
    [
        "//evil.vn", "/\\evil.vn", "\\\\evil.vn", "https:evil.vn", "https://evil.vn", "javascript:alert(1)",
        "/%5cevil.vn", "/%2fevil.vn", "/%252fevil.vn", "%2f%2fevil.vn", "/a%0d%0aSet-Cookie:x=1",
        "/a\r\nb", "/\t/evil.vn",
        " //evil.vn", "evil.vn", "", "data:text/html,x",
    ],
)  # fmt: skip
def test_no_address_leads_to_another_site(address: str) -> None:
    assert same_origin_path(address) == "/"


@pytest.mark.parametrize("address", ["/", "/courses/finance/a?page=2", "/tra-cuu?q=ng%C3%A2n%20s%C3%A1ch"])
def test_a_path_of_this_site_is_followed(address: str) -> None:
    assert same_origin_path(address) == address


def test_signing_in_follows_no_address_of_another_site(sign_in: Post) -> None:
    assert sign_in(next="//evil.vn").location == "/"


def test_signing_out_ends_the_session_on_the_server_and_clears_the_browser(
    client: FlaskClient, post: Post, sign_in: Post
) -> None:
    sign_in()
    kept = client.get_cookie("session")
    assert kept
    answer = post("/sign-out")
    # Not "storage": there another person's answers may wait to be sent (docs/decisions/offline.md).
    assert answer.status_code == 303 and answer.headers["Clear-Site-Data"] == '"cache"'
    client.set_cookie("session", kept.value)
    assert client.get("/me/sessions").status_code == 303


def test_signed_out_one_is_sent_to_the_door_and_back(client: FlaskClient) -> None:
    answer = client.get("/me/sessions?a=1")
    assert answer.status_code == 303 and answer.location == "/?next=/me/sessions%3Fa%3D1"


def test_a_session_ends_after_fourteen_days_and_at_once_for_someone_shut_out(
    client: FlaskClient, sign_in: Post, clock: FixedClock, database: Database, person: Person
) -> None:
    sign_in()
    clock.move(timedelta(days=14) - timedelta(seconds=1))
    assert client.get("/me/sessions").status_code == 200
    clock.move(timedelta(seconds=1))
    assert client.get("/me/sessions").status_code == 303
    sign_in()
    with database.writing() as session:
        session.get_one(Person, person.id).active = False
    assert client.get("/me/sessions").status_code == 303


def test_a_bearer_token_speaks_for_itself_and_a_cookie_never_stands_in_for_it(
    client: FlaskClient, sign_in: Post, database: Database, person: Person, now: datetime
) -> None:
    with database.writing() as session:
        token = sessions.create(session, now, person.id, "api").token
    assert client.get("/me/sessions", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    assert client.get("/me/sessions").status_code == 303
    sign_in()
    assert client.get("/me/sessions", headers={"Authorization": "Bearer wrong"}).status_code == 303
    assert client.get("/me/sessions", headers={"Authorization": "Basic abc"}).status_code == 303


def test_who_is_there_costs_one_query(client: FlaskClient, sign_in: Post, database: Database) -> None:
    sign_in()
    with statements.sent(database.engine) as made:
        client.get("/me/sessions")
    assert len([one for one in made if "role_grant" in one]) == 1
    assert len([one for one in made if one.startswith("SELECT")]) == 2


def test_the_password_is_changed_by_who_knows_the_old_one(
    client: FlaskClient, post: Post, sign_in: Post
) -> None:
    sign_in()
    wrong = post(
        "/me/password", password="sai bét rồi", new_password="hai con gà", new_password_again="hai con gà"
    )
    assert wrong.status_code == 422 and "Mật khẩu hiện tại không đúng" in wrong.get_data(as_text=True)
    weak = post("/me/password", password=PASSWORD, new_password="12345678", new_password_again="12345678")
    assert weak.status_code == 422 and "dễ đoán" in weak.get_data(as_text=True)
    unlike = post(
        "/me/password", password=PASSWORD, new_password="hai con gà", new_password_again="hai con vịt"
    )
    assert unlike.status_code == 422 and "không giống nhau" in unlike.get_data(as_text=True)
    right = post(
        "/me/password", password=PASSWORD, new_password="hai con gà", new_password_again="hai con gà"
    )
    assert right.status_code == 303
    assert client.get("/me/sessions").status_code == 200
    assert sign_in(password="hai con gà").status_code == 303


def test_a_newcomer_enters_by_the_code_handed_over(
    client: FlaskClient, post: Post, database: Database, now: datetime, person: Person
) -> None:
    with database.writing() as session:
        newcomer = people.add(session, now, username="moi", full_name="Siu Blơi")
        code = codes.issue(session, now, person_id=newcomer.id, issued_by=person.id, actor="lanhdao")
    fields = {"username": "moi", "new_password": "hai con gà", "new_password_again": "hai con gà"}
    wrong = post("/code", code="AAAAA-AAAAA", **fields)
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422 and "lãnh đạo đơn vị cấp mã mới" in page and "hai con gà" not in page
    right = post("/code", code=code, **fields)
    assert right.status_code == 303
    assert "Đã đặt mật khẩu" in client.get("/me/sessions").get_data(as_text=True)


def test_one_ends_ones_own_sessions_and_nobody_elses(
    post: Post, sign_in: Post, database: Database, now: datetime, person: Person
) -> None:
    with database.writing() as session:
        stranger = people.add(session, now, username="nguoi.la", full_name="Người Lạ")
        theirs = sessions.create(session, now, stranger.id, "browser")
        mine = sessions.create(session, now, person.id, "browser")
    sign_in()
    assert post(f"/me/sessions/{sessions.hash_of(theirs.token)}/end").status_code == 404
    assert post(f"/me/sessions/{sessions.hash_of(mine.token)}/end").status_code == 303
    with database.reading() as session:
        assert len(sessions.running(session, now, stranger.id)) == 1
        assert len(sessions.running(session, now, person.id)) == 1


@pytest.mark.parametrize("extra", ["role", "roles", "person_id", "active", "is_admin"])
def test_fields_nobody_asked_for_change_nothing(
    sign_in: Post, database: Database, extra: str, person: Person
) -> None:
    sign_in(**{extra: "administrator"})
    with database.reading() as session:
        kept = session.get_one(Person, person.id)
        assert kept.active and kept.username == "nguyen.an"
