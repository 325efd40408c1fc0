"""An attempt: one question a page, a look over all before handing in, and the result. Personal, never stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import signed_in, visitor
from learning.certificates import outcomes
from learning.content.model import Course, Page
from learning.evaluation import ratings
from learning.evaluation import wording as evaluation_wording
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.progress import queries as progress
from learning.quizzes import attempts, corrections, explaining, papers, scenario
from learning.quizzes import wording as quiz_wording
from learning.quizzes.grading import BadAnswer
from learning.quizzes.models import Attempt
from learning.study import answers, queries, regraded, results, values, wording
from learning.study.forms import SubmissionForm
from learning.web.context import db, now, zone
from learning.web.i18n import gettext as _

REASONS = ("diacritics", "ambiguous_number")
OVERVIEW = "all"

blueprint = Blueprint("answering", __name__, url_prefix="/attempts")


@dataclass(frozen=True)
class Heading:
    """Where an attempt belongs."""

    published: Published
    page: Page
    title: str
    course_address: str
    page_address: str

    @property
    def course(self) -> Course:
        return self.published.course


@blueprint.get("/<attempt_id>")
@signed_in
def show(attempt_id: str) -> ResponseReturnValue:
    attempt = _mine(attempt_id)
    if attempt.state != "open":
        return _result(attempt)
    if attempts.overdue(attempt, now()):
        return _time_over(attempt)
    asked = attempts.shown(db(), attempt)
    standing = attempts.standing(db(), now(), attempt)
    if _heading(attempt).page.scenario is not None:
        return _scenario(attempt, asked, standing.answers)
    wanted = request.args.get("q", "")
    if wanted == OVERVIEW:
        return _overview(attempt, asked, standing.answers, attempts.asked(db(), attempt))
    place = _place(wanted, len(asked))
    if place == 0:  # an address of its own for each question, so that Back leads to the one before
        going_on: int | str = OVERVIEW  # which says what a submission asked to look at again
        if not attempts.asked(db(), attempt):
            going_on = _where_stopped(attempt, asked, standing.answers) or OVERVIEW
        return redirect(url_for(".show", attempt_id=attempt.id, q=going_on))
    question = asked[place - 1]
    again = request.args.get("again", "")
    error = quiz_wording.ask_again(again) if again in REASONS else ""
    return _question(
        attempt, asked, place, answers.fill(question, standing.answers.get(question["id"])), error
    )


@blueprint.post("/<attempt_id>")
@signed_in
def save(attempt_id: str) -> ResponseReturnValue:
    """Saves the question of the form and goes on to the next."""
    attempt = _mine(attempt_id)
    if attempt.state != "open":
        return redirect(url_for(".show", attempt_id=attempt.id), 303)
    asked = attempts.shown(db(), attempt)
    place = next((n for n, q in enumerate(asked, 1) if q["id"] == request.form.get("question")), 0)
    if place == 0:
        abort(400)
    question = asked[place - 1]
    typed = {name: request.form.getlist(name) for name in request.form if name.split(".")[0] == answers.NAME}
    try:
        answer = answers.read(question, request.form)
        outcomes.at_work(db(), now(), attempt)
        reply = attempts.save_page(
            db(),
            now(),
            attempt,
            {question["id"]: answer},
            request.form.get("page_token", ""),
            seq=request.form.get("seq", type=int),
        )
    except answers.Unclear:
        return _question(attempt, asked, place, typed, _("Mỗi vị trí dùng đúng một lần."))
    except BadAnswer as error:
        return _question(attempt, asked, place, typed, quiz_wording.bad_answer(error.code))
    match reply:
        case attempts.StalePage():
            return _stale(attempt, asked, place, typed)
        case attempts.TooLate():
            outcomes.settle(db(), now(), zone(), attempt)
            flash(_("Đã hết giờ. Câu trả lời vừa gửi được giữ lại nhưng không tính điểm."), "bad")
            return redirect(url_for(".show", attempt_id=attempt.id), 303)
    case = _heading(attempt).page.scenario is not None
    following, overview = _following(attempt, place, len(asked), case=case)
    return redirect(overview if "overview" in request.form else following, 303)


@blueprint.post("/<attempt_id>/submission")
@signed_in
def submit(attempt_id: str) -> ResponseReturnValue:
    """Hands the attempt in; pressed twice it is the same."""
    attempt = _mine(attempt_id)
    form = SubmissionForm()
    if not form.validate_on_submit():
        abort(400)
    if attempts.overdue(attempt, now()):
        outcomes.settle(db(), now(), zone(), attempt)
        return redirect(url_for(".show", attempt_id=attempt.id), 303)
    reply = outcomes.submit(db(), now(), zone(), attempt, {}, form.client_id.data or "")
    if isinstance(reply, attempts.AskAgain):
        return _ask_again(attempt, reply)
    return redirect(url_for(".show", attempt_id=attempt.id), 303)


def _mine(attempt_id: str) -> Attempt:
    return attempts.find(db(), visitor().id, attempt_id) or abort(404)


def _heading(attempt: Attempt) -> Heading:
    published = catalogue.release(db(), attempt.release_id)
    page = attempts.page_of(published, attempt.quiz)
    course = published.course
    return Heading(
        published=published,
        page=page,
        title=page.title,
        course_address=values.course_address(course),
        page_address=values.course_address(course)
        if page.kind == "exam"
        else values.page_address(course, page),
    )


def _place(wanted: str, total: int) -> int:
    """The number asked for in the address, 0 where it is none of a question."""
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 5 else 0
    return number if number <= total else 0


def _following(attempt: Attempt, place: int, total: int, *, case: bool) -> tuple[str, str]:
    """Where one goes on after a question, and where one sees all of them. A case decides by what was chosen."""
    if case:
        address = url_for(".show", attempt_id=attempt.id)
        return address, address
    overview = url_for(".show", attempt_id=attempt.id, q=OVERVIEW)
    return url_for(".show", attempt_id=attempt.id, q=place + 1) if place < total else overview, overview


def _where_stopped(attempt: Attempt, asked: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> int:
    """The first question not answered from where one answered last; else the first of all; 0 when all are."""
    last = attempts.last_answered(db(), attempt)
    before = next((n for n, question in enumerate(asked) if question["id"] == last), 0)
    after = _first_open(asked[before:], given)
    return before + after if after else _first_open(asked, given)


def _first_open(asked: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> int:
    """The first question not answered; 0 when all are."""
    return next((n for n, q in enumerate(asked, 1) if given.get(q["id"]) is None), 0)


def _question(
    attempt: Attempt,
    asked: Sequence[Mapping[str, Any]],
    place: int,
    fields: Mapping[str, Sequence[str]],
    error: str = "",
) -> ResponseReturnValue:
    belongs = _heading(attempt)
    page = question_page(
        asked[place - 1],
        places=(place, len(asked)),
        heading=belongs,
        attempt=attempt,
        case=belongs.page.scenario is not None,
        fields=fields,
        error=error,
        action=url_for(".save", attempt_id=attempt.id),
        back=url_for(".show", attempt_id=attempt.id, q=place - 1) if place > 1 else "",
        overview=True,
        following=_following(attempt, place, len(asked), case=belongs.page.scenario is not None),
    )
    return page, 422 if error and request.method == "POST" else 200


def question_page(
    question: Mapping[str, Any],
    *,
    places: tuple[int, int],
    heading: Any,
    attempt: Any,
    case: bool,
    fields: Mapping[str, Sequence[str]],
    error: str,
    action: str,
    back: str = "",
    overview: bool = False,
    following: tuple[str, str] = ("", ""),
    kept: Mapping[str, str] | None = None,
) -> str:
    """The page of one question, `places` being its own and how many there are. `case`: a step of a scenario;
    `overview`: whether there is one to go to; `following`: where its two buttons lead once the answer is saved, for a
    script; `kept`: what the form brings back as it is."""
    context, title = answers.split_prompt(question["prompt"])
    return render_template(
        "study/question.html",
        heading=heading,
        attempt=attempt,
        question=question,
        scenario=case,
        place=places[0],
        total=places[1],
        context=context,
        prompt=title,
        fields={name: list(held) for name, held in fields.items()},
        options=_plain_options(question),
        error=error,
        time_left=wording.time_left(now(), attempt.closes_at),
        seconds_left=int((attempt.closes_at - now()).total_seconds()) if attempt.closes_at else 0,
        last=overview and places[0] == places[1],
        action=action,
        back=back,
        overview=overview,
        next=following[0],
        all=following[1],
        kept=kept or {},
    )


def _plain_options(question: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """For each part that is answered from a list: the choices as (value, text)."""
    match question["kind"]:
        case "match":
            choices = [(item["id"], answers.plain(item["html"])) for item in question["right"]]
            return {item["id"]: choices for item in question["left"]}
        case "gaps":
            return {
                gap["id"]: [(item["id"], answers.plain(item["html"])) for item in gap.get("options") or ()]
                for gap in question["gaps"]
            }
        case "order":
            places = [(str(n), str(n)) for n in range(1, len(question["options"]) + 1)]
            return {item["id"]: places for item in question["options"]}
        case _:
            return {}


def _overview(
    attempt: Attempt,
    asked: Sequence[Mapping[str, Any]],
    given: Mapping[str, Any],
    again: Sequence[attempts.AskedItem],
) -> str:
    """`again`: what a submission asked to look at again."""
    doubtful = {item.question for item in again}
    rows = [
        values.Row(
            text=_("Câu %(place)s", place=place),
            address=url_for(".show", attempt_id=attempt.id, q=place),
            sub=_shorten(answers.plain(answers.split_prompt(question["prompt"])[1] or question["prompt"])),
            tag=tag,
            tag_kind=kind,
        )
        for place, question in enumerate(asked, 1)
        for tag, kind in [_standing(given.get(question["id"]), again=question["id"] in doubtful)]
    ]
    open_ones = sum(1 for question in asked if given.get(question["id"]) is None)
    return render_template(
        "study/overview.html",
        heading=_heading(attempt),
        attempt=attempt,
        rows=rows,
        open_ones=open_ones,
        first_open=url_for(".show", attempt_id=attempt.id, q=_first_open(asked, given) or 1),
        again=_again(attempt, asked, again),
        form=SubmissionForm(formdata=None),
        time_left=wording.time_left(now(), attempt.closes_at),
    )


def _standing(answer: Any, *, again: bool) -> tuple[str, str]:
    """The tag of a question, and its kind."""
    if again:
        return _("cần xem lại"), "gold"
    return (_("chưa trả lời"), "bad") if answer is None else (_("đã trả lời"), "good")


def _scenario(
    attempt: Attempt, asked: Sequence[Mapping[str, Any]], given: Mapping[str, Any]
) -> ResponseReturnValue:
    """The step the choices so far have led to; at an ending, what came of it."""
    page = _heading(attempt).page
    if page.scenario is None:
        raise LookupError(page.slug)
    items = {item["question"]: item for item in attempt.paper}
    chosen = {node: papers.to_keys(items[node], answer) for node, answer in given.items()}
    node = scenario.walk(page.scenario, chosen).at
    if not node.choices:
        return render_template(
            "study/ending.html",
            heading=_heading(attempt),
            attempt=attempt,
            node=node,
            form=SubmissionForm(formdata=None),
        )
    place = next(n for n, question in enumerate(asked, 1) if question["id"] == node.id)
    return _question(attempt, asked, place, {})


def _ask_again(attempt: Attempt, reply: attempts.AskAgain) -> ResponseReturnValue:
    """One answer to look at again is asked on its own page; several are listed with their links."""
    asked = attempts.shown(db(), attempt)
    given = attempts.standing(db(), now(), attempt).answers
    places = {question["id"]: place for place, question in enumerate(asked, 1)}
    if len(reply.errors) == 1:
        item = reply.errors[0]
        question = asked[places[item.question] - 1]
        fields = answers.fill(question, given.get(item.question))
        return _question(attempt, asked, places[item.question], fields, quiz_wording.ask_again(item.reason))
    return _overview(attempt, asked, given, reply.errors), 422


def _again(
    attempt: Attempt, asked: Sequence[Mapping[str, Any]], items: Sequence[attempts.AskedItem]
) -> list[tuple[str, str]]:
    """What is to be looked at again, in words, and where."""
    places = {question["id"]: place for place, question in enumerate(asked, 1)}
    return [
        (
            _(
                "Câu %(place)s: %(what)s",
                place=places[item.question],
                what=quiz_wording.ask_again(item.reason),
            ),
            url_for(".show", attempt_id=attempt.id, q=places[item.question], again=item.reason),
        )
        for item in items
    ]


def _stale(
    attempt: Attempt, asked: Sequence[Mapping[str, Any]], place: int, typed: Mapping[str, Sequence[str]]
) -> ResponseReturnValue:
    """Another tab went on since this form was made: says so, and shows what was just sent, which is kept."""
    question = asked[place - 1]
    held = attempts.standing(db(), now(), attempt).answers.get(question["id"])
    page = render_template(
        "study/stale.html",
        heading=_heading(attempt),
        place=place,
        prompt=answers.plain(question["prompt"]),
        sent=results.in_words(question, typed),
        held=results.in_words(question, answers.fill(question, held)),
        address=url_for(".show", attempt_id=attempt.id, q=place),
    )
    return page, 409


def _time_over(attempt: Attempt) -> ResponseReturnValue:
    """Time is up, though the attempt is not yet written so: reading changes nothing, the button does."""
    standing = attempts.standing(db(), now(), attempt)
    return render_template(
        "study/time_over.html",
        heading=_heading(attempt),
        attempt=attempt,
        result=standing.result or {},
        form=SubmissionForm(formdata=None),
    )


def _result(attempt: Attempt) -> ResponseReturnValue:
    heading = _heading(attempt)
    published = catalogue.live(db(), attempt.course_id) or heading.published
    state = progress.course_state(db(), visitor().id, published)
    serial = queries.certificate_serial(db(), visitor().id, attempt.course_id)
    notes = corrections.notes(db(), attempt)
    review = corrections.review(db(), attempt, notes) if notes else attempts.review(db(), attempt)
    review, renewed = explaining.renewed(db(), attempt, review)
    page = heading.page
    left = progress.attempts_left(db(), visitor().id, published, page) if page.quiz else None
    return render_template(
        "study/result.html",
        heading=heading,
        attempt=attempt,
        outcome=replace(
            results.outcome(attempt, page, review),
            regraded=regraded.attempt(attempt, corrections.handed_in(db(), attempt)) if notes else "",
        ),
        items=regraded.items(
            [results.item(number, one, renewed) for number, one in enumerate(review, 1)], notes
        ),
        next=results.next_step(heading.published.course, page, attempt, state, serial, left),
        late=[event.question for event in attempts.kept(db(), attempt)],
        certificate=serial if state.state == "done" else None,
        rating=_rating(attempt, page),
    )


def _rating(attempt: Attempt, page: Page) -> dict[str, Any] | None:
    """What the result asks of its page: `asked` openly, else folded away; `given`, what was said before."""
    if page.kind == "exam":
        return None
    given, asked = ratings.standing(db(), attempt)
    steps = evaluation_wording.ratings()
    return {
        "given": given,
        "words": dict(steps).get(given or 0, ""),
        "asked": asked,
        "steps": steps,
    }


def result_row(attempt: Attempt) -> values.Row:
    """An attempt in the history of its person."""
    published = catalogue.release(db(), attempt.release_id)
    page = attempts.page_of(published, attempt.quiz)
    return results.row(attempt, published.course, page, url_for("answering.show", attempt_id=attempt.id))


def _shorten(text: str, size: int = 120) -> str:
    return text if len(text) <= size else text[:size].rsplit(" ", 1)[0] + "…"
