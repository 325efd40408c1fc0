"""The office desk of unit heads and administrators: people, classes, the roster, the log."""

from learning.office import classes, followups, log, people, roster, week
from learning.office.desk import blueprint
from learning.web.context import App

PAGES = (people, followups, classes, roster, log, week)  # each hangs its pages on the blueprint when it is loaded


def install(app: App) -> None:
    app.register_blueprint(blueprint)
