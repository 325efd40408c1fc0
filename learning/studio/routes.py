"""The department's desk: one module a subject, each adding its pages to the one blueprint."""

# To import one is to add its pages.
from learning.studio import (  # noqa: F401
    arranging,
    beginning,
    commenting,
    courses,
    craft,
    deciding,
    drafting,
    editing,
    exporting,
    history,
    importing,
    media,
    notices,
    previewing,
    registry,
    regrading,
    reviewing,
    taking_in,
)
from learning.studio.desk import blueprint
from learning.web.context import App


def install(app: App) -> None:
    app.register_blueprint(blueprint)
    notices.install(app)
