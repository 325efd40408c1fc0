"""Every call of the API, with generated values, against its own description."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from learning.web.context import App
from tests import make
from tests.api.conftest import Call, token

CHECKS = (
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
)


def test_every_call_keeps_what_the_description_says(call: Call, app: App) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 12
    client = app.test_client()
    headers = {"Authorization": f"Bearer {token(client, 'hocvien')}"}
    for operation in operations:
        if operation.label != "DELETE /api/v1/session":  # it would end the session of all the others
            _keeps(operation, headers)


def _keeps(operation: Any, headers: dict[str, str]) -> None:
    @settings(
        max_examples=20,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def keeps(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    keeps()


def test_the_description_names_every_call_of_the_application(call: Call, app: App) -> None:
    described = call("GET", "/openapi.json", username=None).json["paths"]
    routed = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and rule.endpoint != "api.description"
    }
    assert {(path, method) for path, methods in described.items() for method in methods} == routed
    assert make.PASSWORD not in str(described)
