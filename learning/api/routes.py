"""The JSON API, version 1: for the product's own scripts, and for other programs."""

from flask import Blueprint

from learning.api import calls, problems
from learning.api.calls import Api
from learning.web.context import App

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
api = Api(blueprint, "Cầm Tay", "1")


def install(app: App) -> None:
    from learning.api import (  # noqa: F401  they declare their calls
        attempts,
        certificates,
        courses,
        offline,
        reports,
        sessions,
        syncing,
    )

    app.extensions["problem"] = problems.of_error
    app.config["CSRF_EXEMPT"].add("api.sign_in")  # there is no session yet whose name it could be done in
    app.register_error_handler(problems.Problem, calls.explain)
    app.register_blueprint(blueprint)
    description = api.describe()

    @app.get("/api/v1/openapi.json", endpoint="api.description")
    def describe() -> dict[str, object]:
        return description
