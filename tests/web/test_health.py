"""Alive, ready, and figures for those who may read them."""

from dataclasses import replace

from flask.testing import FlaskClient

from learning.database import Database
from learning.web.context import App

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


def test_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_a_database_of_another_version_is_not_ready(client: FlaskClient, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_figures_are_for_this_machine(client: FlaskClient) -> None:
    client.get("/healthz")
    assert (
        'learning_request_seconds_count{endpoint="health.alive",status="200"}' in client.get("/metrics").text
    )


def test_a_stranger_finds_no_figures(client: FlaskClient) -> None:
    assert client.get("/metrics", environ_base=ELSEWHERE).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 404
    assert (
        client.get("/metrics", environ_base=ELSEWHERE, headers={"Authorization": "Bearer "}).status_code
        == 404
    )


def test_a_token_opens_the_figures_from_elsewhere(app: App) -> None:
    services = app.extensions["learning"]
    app.extensions["learning"] = replace(
        services, settings=replace(services.settings, metrics_token="token-of-the-watch")
    )
    client = app.test_client()
    for token, status in (("token-of-the-watch", 200), ("another", 404)):
        reply = client.get("/metrics", environ_base=ELSEWHERE, headers={"Authorization": f"Bearer {token}"})
        assert reply.status_code == status
