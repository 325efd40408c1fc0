"""When a course is done. Pure: pages in, yes or no out; the rule in words is the desk's."""

from collections.abc import Collection

from learning.content.model import Course, Page


def required(course: Course) -> tuple[str, ...]:
    """The pages the course's rule counts: ids of its lessons, "exam", and those of the practices it asks for. Scenarios
    and pre-tests never hold back."""
    lessons = tuple(page.id for page in course.lessons) if "lessons" in course.completion else ()
    exam = ("exam",) if "exam" in course.completion else ()
    return lessons + exam + tuple(page.id for page in practices(course))


def practices(course: Course) -> tuple[Page, ...]:
    """The practices without which the course is not done."""
    return tuple(page for page in course.pages if page.kind == "practice" and page.required)


def fulfilled(course: Course, done: Collection[str]) -> bool:
    """Whether these pages done fulfil the rule. A course that requires nothing is never done by itself."""
    needed = required(course)
    return bool(needed) and all(page in done for page in needed)


def next_page(course: Course, done: Collection[str]) -> Page | None:
    """The first lesson not done, then the exam, then a practice that is asked for: that one waits for somebody else,
    the others need not wait for it. None when nothing is left to do."""
    lesson = next((page for page in course.lessons if page.id not in done), None)
    if lesson or (course.exam and "exam" not in done):
        return lesson or course.exam
    return next((page for page in practices(course) if page.id not in done), None)
