"""Every endpoint × method × visitor of access_table.py: what they get is what is declared, for every cell."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from learning.accounts.models import Look
from learning.app import create_app
from learning.clock import FixedClock
from learning.database import Database
from learning.settings import Settings
from tests import cast
from tests.access_table import ROWS, SENT_ON, Row
from tests.cast import VISITORS, Guest, Stage

READING = ("GET", "HEAD")
LOOKERS = {"administrator", "inspector", "head_u1", "head_u2", "trainer_u1", "reviewer"}
LEARNERS = {"learner_u1": "Ánh Tuyết", "learner_u2": "Rơ Châm"}
# Who people are, not what they did: the roster of a unit or class, who guides whom, whom one may name as a mentor; what
# one was told already; and the paper that whoever holds its number may check.
WITHOUT_RECORDS = {
    "office.people",
    "office.mentors",
    "office.mentor",
    "office.training_class",
    "notices.list",
    "certificates.verify",
    "api.certificate",
}
SECRETS = ("Ánh Tuyết", "Rơ Châm", "Quy Nhơn", "Đak Đoa")  # names of people and units


@pytest.fixture(scope="module")
def staged(template: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, cast.Cast]:
    return cast.prepare(template, tmp_path_factory.mktemp("cast"))


@pytest.fixture
def stage(
    staged: tuple[str, cast.Cast], settings: Settings, clock: FixedClock, tmp_path: Path
) -> Iterator[Stage]:
    made: list[Database] = []

    def copy() -> Database:
        made.append(cast.copied(staged[0], tmp_path))
        return made[-1]

    database = copy()
    app = create_app(settings, clock=clock, database=database)
    yield Stage(app, staged[1], copy, database)
    for one in made:
        cast.drop(one)


def test_every_route_has_a_row_and_every_row_a_route(stage: Stage) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in stage.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    rows = {(row.endpoint, row.method) for row in ROWS}
    assert rows - routes == set()
    assert routes - rows == set(), "declare who may: tests/access_table.py"


def test_every_address_leads_to_the_endpoint_it_stands_for(stage: Stage) -> None:
    router = stage.app.url_map.bind("localhost")
    for row in ROWS:
        path = stage.fill(row.address, "learner_u1").partition("?")[0]
        assert router.match(path, row.method)[0] == row.endpoint, row.name


@pytest.mark.parametrize("name", VISITORS)
def test_pages_are_for_those_the_table_names(stage: Stage, name: str) -> None:
    guest = stage.visitor(name)
    before = stage.rows()
    for row in ROWS:
        if row.method in READING:
            held(row, guest, ask(row, guest))
            head = guest.open("HEAD", row.address)
            assert head.status_code == declared(row, name), f"HEAD {row.address} as {name}"
            if row.api:
                held(row, guest, ask(row, guest, bearer=True))
    assert stage.rows() == before  # and reading has written nothing


@pytest.mark.parametrize("name", VISITORS)
def test_what_is_refused_writes_nothing(stage: Stage, name: str) -> None:
    guest = stage.visitor(name)
    before = stage.rows()
    for row in ROWS:
        if row.method not in READING and name not in row.who:
            held(row, guest, ask(row, guest))
            held(row, guest, ask(row, guest, bearer=True))
    assert stage.rows() == before


@pytest.mark.parametrize("name", VISITORS)
def test_deeds_are_for_those_the_table_names(stage: Stage, name: str) -> None:
    for row in ROWS:
        if row.method not in READING and name in row.who:
            for bearer in {False, row.api}:
                stage.renew()
                guest = stage.visitor(name)
                held(row, guest, ask(row, guest, bearer=bearer))


def test_where_somebody_s_record_is_shown_by_name_the_look_is_written_down(stage: Stage) -> None:
    """Page by page, file by file, call by call; each person named finds the look among theirs."""
    unseen, shown = [], set()
    for row in ROWS:
        if row.method not in READING and ".export" not in row.endpoint:
            continue
        for name in sorted(row.who & LOOKERS):
            with stage.database.writing() as session:
                session.execute(delete(Look))
            guest = stage.visitor(name)
            for bearer in {False, row.api}:
                reply = ask(row, guest, bearer=bearer)
                text = reply.data.decode(errors="replace")
                named = {who for who, words in LEARNERS.items() if words in text}
                if not named or reply.status_code != 200:
                    continue
                shown.add(row.endpoint)
                with stage.database.reading() as session:
                    query = select(Look.person_id).where(Look.looker_id == stage.cast.people[name])
                    seen = set(session.scalars(query))
                if {stage.cast.people[who] for who in named} - seen:
                    unseen.append((row.endpoint, name))
    assert {endpoint for endpoint, _name in unseen} <= WITHOUT_RECORDS, unseen
    assert {
        "reports.course",
        "reports.person",
        "office.person",
        "certificates.show",
        "reports.export",
    } <= shown
    assert {"api.course_scores", "reports.export_marking", "office.revoke_certificate"} <= shown


def test_the_metrics_are_not_there_for_other_machines(stage: Stage) -> None:
    for name in VISITORS:
        guest = stage.visitor(name)
        assert guest.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
        assert guest.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404


def declared(row: Row, name: str) -> int:
    return SENT_ON.get((row.endpoint, name), row.expected(name))


def ask(row: Row, guest: Guest, *, bearer: bool = False) -> TestResponse:
    options = row.body(guest.stage.cast, guest.name) if row.body else {}
    return guest.open(row.method, row.address, bearer=bearer, **options)


def held(row: Row, guest: Guest, reply: TestResponse) -> None:
    """The reply is the declared one; and a wall looks the same whatever is behind it."""
    wanted = declared(row, guest.name)
    assert reply.status_code == wanted, f"{row.name} as {guest.name}: {reply.status_code}, not {wanted}"
    if guest.name in row.who:
        return
    if reply.status_code == 401:
        assert reply.mimetype == "application/problem+json"
    elif reply.status_code == 303:
        assert reply.headers["Location"].startswith("/?next="), row.name
    elif reply.status_code == 404:
        assert not any(words in reply.text for words in SECRETS), row.name
