"""The department's desk: one module a subject, each adding its pages to the one blueprint."""

from learning.studio import (
    courses,
    craft,
    drafting,
    editing,
    exporting,
    history,
    importing,
    media,
    notices,
    registry,
    regrading,
    reviewing,
)
from learning.studio.desk import blueprint
from learning.web.context import App

# To import one is to add its pages.
SUBJECTS = (
    courses,
    craft,
    drafting,
    editing,
    exporting,
    history,
    importing,
    media,
    regrading,
    registry,
    reviewing,
)


def install(app: App) -> None:
    app.register_blueprint(blueprint)
    notices.install(app)
