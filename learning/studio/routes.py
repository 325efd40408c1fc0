"""The department's desk: one module a subject, each adding its pages to the one blueprint."""

from learning.studio import courses
from learning.studio.desk import blueprint
from learning.web.context import App

SUBJECTS = (courses,)  # to import one is to add its pages


def install(app: App) -> None:
    app.register_blueprint(blueprint)
