"""Every component on one page, for those who build pages and for the tests that look at them; demo mode only."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from learning.web.context import settings

blueprint = Blueprint("styleguide", __name__)


@blueprint.get("/styleguide")
def show() -> ResponseReturnValue:
    if not settings().demo:
        abort(404)
    return render_template("styleguide.html")
