"""The office desk of unit heads and administrators: people, classes, the roster, the log."""

from learning.office import classes, log, mentors, people, roster
from learning.office.desk import blueprint
from learning.web.context import App

PAGES = (people, mentors, classes, roster, log)  # each hangs its pages on the blueprint when it is loaded


def install(app: App) -> None:
    app.register_blueprint(blueprint)
