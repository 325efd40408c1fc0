"""What one version of a course says differently from another, for a reviewer to read.

Pages are met again by their ids, questions by theirs; texts are compared by `redline`. Labels are bilingual here, not
in the catalogues, as everywhere in `content`. A course differs in nothing from itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal, TypeVar

from learning.content import redline
from learning.content.model import (
    Choice,
    Course,
    Gap,
    Gaps,
    Match,
    Multiple,
    Node,
    Number,
    Order,
    Page,
    Question,
    Quiz,
    Section,
    Single,
    Step,
    Text,
    TrueFalse,
    Written,
    kind_of,
)
from learning.content.redline import Piece
from learning.content.sanitise import sanitise
from learning.content.wording import Words
from learning.vietnamese import formats

Became = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class Fact:
    """A line of front matter, or of a question, in words: `html` holds both versions, sanitised."""

    label: str
    html: str


@dataclass(frozen=True)
class QuestionDifference:
    """A question (or a step of a scenario). `facts`: what it says that differs; all it says where it came or went."""

    became: Became
    id: str
    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class PageDifference:
    """`moved`: it stands in another place among the pages. `path` and `line`-s are those of the new version."""

    became: Became
    title: str
    path: str
    moved: bool
    facts: tuple[Fact, ...]
    prose: tuple[Piece, ...]
    questions: tuple[QuestionDifference, ...]


@dataclass(frozen=True)
class Difference:
    facts: tuple[Fact, ...]  # of course.md
    introduction: tuple[Piece, ...]  # () where it says the same
    pages: tuple[PageDifference, ...]  # those that differ, in the new order, the removed last
    media: tuple[tuple[Became, str], ...]  # (what, path)

    @property
    def empty(self) -> bool:
        return not (self.facts or self.introduction or self.pages or self.media)


def compare(old: Course | None, new: Course, language: str = "vi") -> Difference:
    """`old` is None for a course that was not there before."""
    say = Words(language)
    before = _pages(old) if old else []
    pairs = _met(before, _pages(new))
    stayed = [(was, page) for was, page in pairs if was is not None and page is not None]
    moved = _moved([was.path for was, _ in stayed], before)
    pages = [_page(was, page, say, moved=was is not None and was.path in moved) for was, page in pairs]
    return Difference(
        facts=tuple(_facts(_of_course(old, say) if old else {}, _of_course(new, say))),
        introduction=_prose(old.html if old else "", new.html),
        pages=tuple(page for page in pages if page is not None),
        media=tuple(_media(old.files if old else {}, new.files)),
    )


# --- Pages


def _pages(course: Course) -> list[Page]:
    return [*course.pages, *([course.exam] if course.exam else [])]


_P = TypeVar("_P")


def _met(before: Sequence[Page], after: Sequence[Page]) -> list[tuple[Page | None, Page | None]]:
    """Each new page with the old one it was, by id and else by address; then the old ones that went."""
    by_id = {page.id: page for page in before}
    by_slug = {page.slug: page for page in before}
    kept = {page.id for page in after}
    pairs: list[tuple[Page | None, Page | None]] = []
    met: set[str] = set()
    for page in after:
        was = by_id.get(page.id)
        if was is None and (same := by_slug.get(page.slug)) is not None and same.id not in kept:
            was = same
        if was is not None and was.path in met:
            was = None
        if was is not None:
            met.add(was.path)
        pairs.append((was, page))
    return [*pairs, *((page, None) for page in before if page.path not in met)]


def _moved(order: Sequence[str], before: Sequence[Page]) -> frozenset[str]:
    """Old paths of the pages that changed places: as few as explain the new order."""
    place = {page.path: at for at, page in enumerate(before)}
    # The longest run that kept its order stayed; the others moved.
    best: list[tuple[int, int]] = []  # (length, the one before)
    for at, path in enumerate(order):
        candidates = [(best[i][0], i) for i in range(at) if place[order[i]] < place[path]]
        length, link = max(candidates, default=(0, -1))
        best.append((length + 1, link))
    at = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    stayed = set()
    while at >= 0:
        stayed.add(order[at])
        at = best[at][1]
    return frozenset(order) - stayed


def _page(old: Page | None, new: Page | None, say: Words, *, moved: bool) -> PageDifference | None:
    facts = tuple(_facts(_of_page(old, say) if old else {}, _of_page(new, say) if new else {}))
    prose = _prose(old.html if old else "", new.html if new else "")
    questions = tuple(_questions(old, new, say))
    if old and new and not (facts or prose or questions or moved):
        return None
    shown = new or old
    assert shown is not None  # noqa: S101
    became: Became = "changed" if old and new else "added" if new else "removed"
    return PageDifference(became, shown.title, shown.path, moved, facts, prose, questions)


def _prose(old: str, new: str) -> tuple[Piece, ...]:
    pieces = redline.prose(old, new)
    return pieces if redline.changed(pieces) else ()


def _media(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[Became, str]]:
    for path in sorted(old.keys() | new.keys()):
        if path not in old:
            yield "added", path
        elif path not in new:
            yield "removed", path
        elif old[path] != new[path]:
            yield "changed", path


# --- Facts

# What is said of a course, page or question: label → plain text, or HTML where it is a `_Html`.
_Said = dict[str, "str | _Html"]


class _Html(str):
    """A text that is sanitised HTML already."""


def _facts(old: _Said, new: _Said) -> Iterator[Fact]:
    """A label that only one of them has is said to be new or gone."""
    labels = list(new)
    labels += [label for label in old if label not in new]
    for label in labels:
        had, has = old.get(label, ""), new.get(label, "")
        if had != has:
            yield Fact(label, _html(had, has))


def _html(old: "str | _Html", new: "str | _Html") -> str:
    if isinstance(old, _Html) or isinstance(new, _Html):
        return "".join(piece.html for piece in redline.prose(_as_html(old), _as_html(new)))
    return redline.words(old, new)


def _as_html(text: "str | _Html") -> str:
    return text if isinstance(text, _Html) else escape(text, quote=False)


def _of_course(course: Course, say: Words) -> _Said:
    return _filled(
        say,
        title=course.title,
        summary=course.summary,
        language=say(course.language),
        audience=course.audience,
        positions=course.positions,
        content_group=say(course.content_group),
        hours=course.hours,
        owner=course.owner,
        reviewed_by=course.reviewed_by,
        reviewed_on=course.reviewed_on,
        effective_from=course.effective_from,
        completion=say(course.completion),
        certificate=course.certificate,
        valid_months=course.valid_months,
        prerequisites=course.prerequisites,
        read_again=course.read_again or None,
    )


def _of_page(page: Page, say: Words) -> _Said:
    said = _filled(
        say,
        title=page.title,
        address=page.slug,
        kind=say(page.kind),
        section=page.section,
        minutes=page.minutes,
        objectives=page.objectives,
        sources=_citations(page),
        tags=page.tags,
        checked_on=page.checked_on,
        required=page.required or None,
    )
    return said | (_of_quiz(page.quiz, say) if page.quiz else {})


def _of_quiz(quiz: Quiz, say: Words) -> _Said:
    said = _filled(
        say,
        pass_percent=formats.percent(quiz.pass_percent),
        attempts=say("unlimited") if quiz.attempts is None else quiz.attempts,
        time_limit=say("unlimited") if quiz.time_limit is None else quiz.time_limit,
        shuffle_questions=quiz.shuffle_questions,
        shuffle_options=quiz.shuffle_options,
        marking=say(quiz.marking),
        show_answers=say(quiz.show_answers),
    )
    for number, section in enumerate(quiz.sections, 1):
        if words := _of_section(section, say):
            said[f"{say('pool')} {number}"] = words
    return said


def _of_section(section: Section, say: Words) -> str:
    parts = [section.title] if section.title else []
    if section.draw is not None:
        parts.append(f"{say('draw')} {section.draw}")
    if section.from_lessons:
        parts.append(f"{say('from')} {', '.join(section.from_lessons)}")
    return "; ".join(parts)


def _filled(say: Words, **values: object) -> _Said:
    return {say(name): words for name, value in values.items() if (words := say.value(value))}


def _citations(of: Page | Question) -> tuple[str, ...]:
    return tuple(f"{one.key}, {one.place}" if one.place else one.key for one in of.citations)


# --- Questions


def _questions(old: Page | None, new: Page | None, say: Words) -> Iterator[QuestionDifference]:
    before, after = _asked(old), _asked(new)
    for id_, asked in after.items():
        was = before.get(id_)
        facts = tuple(_of(was, asked, say))
        if was is None or facts:
            yield QuestionDifference("changed" if was else "added", id_, asked.title, facts)
    for id_, was in before.items():
        if id_ not in after:
            yield QuestionDifference("removed", id_, was.title, tuple(_of(was, None, say)))


def _asked(page: Page | None) -> dict[str, Question | Node | Step]:
    """Questions of a page's own, and the steps of a scenario or practice. A pool drawn from lessons is theirs."""
    if page is None:
        return {}
    found: dict[str, Question | Node | Step] = {}
    for section in page.quiz.sections if page.quiz else ():
        if not section.from_lessons:
            found |= {question.id: question for question in section.questions}
    found |= {node.id: node for node in page.scenario.nodes} if page.scenario else {}
    return found | ({step.id: step for step in page.practice.steps} if page.practice else {})


def _of(old: Question | Node | Step | None, new: Question | Node | Step | None, say: Words) -> Iterator[Fact]:
    """Facts, then answers: those of one text are one, whatever place they stand in."""
    yield from _facts(_said(old, say), _said(new, say))
    for was, answer in _aligned(_answers(old, say), _answers(new, say)):
        facts = list(_facts(was, answer))
        if facts and _first(was) == _first(answer):
            # Which answer it is that changed in something else.
            label = next(iter(answer))
            yield Fact(label, sanitise(answer[label]))
        yield from facts


def _said(question: Question | Node | Step | None, say: Words) -> _Said:
    if question is None:
        return {}
    if isinstance(question, Step):
        return _filled(
            say,
            title=question.title,
            text=_Html(question.html),
            evidence=say(f"evidence-{question.evidence}"),
        )
    if isinstance(question, Node):
        ending = say(question.ending) if question.ending else ""
        return _filled(say, title=question.title, text=_Html(question.html), ending=ending)
    return _filled(
        say,
        kind=say("short-text" if isinstance(question, Text) else kind_of(question)),
        title=question.title,
        stem=_Html(question.prompt),
        **_key(question, say),
        hints=_Html("".join(f"<p>{hint}</p>" for hint in question.hints)),
        explanation=_Html(question.explanation),
        points=question.points,
        sources=_citations(question),
        tags=question.tags,
        difficulty=question.difficulty,
        objective=question.objective,
        shuffle=question.shuffle,
        variables=tuple(
            f"@{one.name} = {formats.number(one.low)}..{formats.number(one.high)} ({formats.number(one.step)})"
            for one in question.variables
        ),
    )


def _key(question: Question, say: Words) -> dict[str, object]:
    """The right answer of the kinds that have no list of options, or one for each gap."""
    match question:
        case TrueFalse():
            return {"key": say("true" if question.answer else "false"), "feedback": _Html(question.feedback)}
        case Text():
            return {"key": " | ".join(question.accepted), "feedback": _Html(question.feedback)}
        case Number():
            bounds = question.low if question.low == question.high else f"{question.low} .. {question.high}"
            return {"key": f"{bounds} {question.unit}".strip(), "feedback": _Html(question.feedback)}
        case Order():
            items = "".join(f"<li>{item.html}</li>" for item in question.items)
            return {"key": _Html(f"<ol>{items}</ol>")}
        case Gaps():
            return {f"{say('gap')} ({gap.key})": _gap(gap) for gap in question.gaps}
    return {}


def _gap(gap: Gap) -> "str | _Html":
    if not gap.options:
        return " | ".join(gap.accepted)
    return _Html("".join(f"<p>{one.html}{' ✓' if one.right else ''}</p>" for one in gap.options))


def _answers(question: Question | Node | Step | None, say: Words) -> list[_Said]:
    """Options, pairs, choices: each as facts of its own."""
    match question:
        case Single() | Multiple():
            return [
                _filled(
                    say,
                    option=_Html(one.html),
                    judged=say("right" if one.right else "wrong"),
                    feedback=_Html(one.feedback),
                )
                for one in question.options
            ]
        case Match():
            right = {item.key: item.html for item in question.right}
            pairs = [
                _filled(
                    say, left=_Html(item.html), match=_Html(right.get(question.pairs.get(item.key, ""), ""))
                )
                for item in question.left
            ]
            used = set(question.pairs.values())
            return pairs + [
                _filled(say, distractor=_Html(item.html)) for item in question.right if item.key not in used
            ]
        case Written():
            return [_filled(say, criterion=_Html(one.html), points=one.points) for one in question.criteria]
        case Node():
            return [_choice(one, say) for one in question.choices]
    return []


def _choice(one: Choice, say: Words) -> _Said:
    return _filled(
        say, choice=_Html(one.html), target=one.target, points=one.points, feedback=_Html(one.feedback)
    )


def _aligned(before: Sequence[_Said], after: Sequence[_Said]) -> Iterator[tuple[_Said, _Said]]:
    """Answers of one text are one; the others are taken for each other in their order."""
    free = dict(enumerate(before))
    partner: dict[int, _Said] = {}
    for same in (lambda one: one, _first):  # the same in all; the same in its text
        for j, answer in enumerate(after):
            found = next((i for i, was in free.items() if same(was) == same(answer)), None)
            if j not in partner and found is not None:
                partner[j] = free.pop(found)
    left = [free[i] for i in sorted(free)]
    for j, answer in enumerate(after):
        yield partner[j] if j in partner else left.pop(0) if left else {}, answer
    yield from ((was, {}) for was in left)


def _first(answer: _Said) -> Any:
    return next(iter(answer.values()), "")
