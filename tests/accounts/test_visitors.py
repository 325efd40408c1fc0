from datetime import datetime

from flask_login import current_user
from sqlalchemy.orm import Session

from learning.accounts import grants, people, sessions
from learning.accounts.visitors import roles
from learning.database import Database
from learning.web.context import App


def test_a_visitor_holds_the_roles_of_now_with_their_scopes_and_anybody_else_learns(
    app: App, database: Database, now: datetime
) -> None:
    with database.writing() as session:
        tokens = {name: token(session, now, name) for name in ("an", "binh")}
        author = people.find(session, "binh")
        assert author
        for role, scope in (("author", "finance"), ("author", "it"), ("administrator", "")):
            grants.grant(session, now, author, role, scope, actor="test")
        tokens["binh"] = sessions.create(
            session, now, author.id, "api"
        ).token  # the first one ended with the grant

    def held(name: str) -> tuple[frozenset[str], object]:
        with app.test_request_context(headers={"Authorization": f"Bearer {tokens[name]}"}):
            return current_user.roles, current_user.scopes.get("author")

    assert held("an") == (frozenset({"learner"}), None)
    assert held("binh") == (frozenset({"author", "administrator"}), frozenset({"finance", "it"}))


def token(session: Session, now: datetime, name: str) -> str:
    person = people.add(session, now, username=name, full_name=name)
    return sessions.create(session, now, person.id, "api").token


def test_a_door_for_some_roles_is_not_there_for_others(app: App, database: Database, now: datetime) -> None:
    app.add_url_rule("/hidden", "hidden", roles("inspector")(lambda: "seen"))
    with database.writing() as session:
        learner = token(session, now, "an")
        person = people.find(session, "an")
        assert person
        with_role = people.add(session, now, username="binh", full_name="Bình")
        grants.grant(session, now, with_role, "inspector", actor="test")
        inspector = sessions.create(session, now, with_role.id, "api").token
    client = app.test_client()
    assert client.get("/hidden").status_code == 303
    assert client.get("/hidden", headers={"Authorization": f"Bearer {learner}"}).status_code == 404
    assert client.get("/hidden", headers={"Authorization": f"Bearer {inspector}"}).text == "seen"
