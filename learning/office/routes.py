"""The office desk of unit heads and administrators: people, classes, the roster, the log."""

from learning.office import classes, extra_time, files, followups, log, mentors, people, roster, week
from learning.office.desk import blueprint
from learning.web.context import App

PAGES = (
    people,
    followups,
    mentors,
    classes,
    extra_time,
    files,
    roster,
    log,
    week,
)  # each adds its pages when it is loaded


def install(app: App) -> None:
    app.register_blueprint(blueprint)
