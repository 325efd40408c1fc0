"""Fills an instance for the benchmark and prints what to send, as JSON."""

import json
import sys
from uuid import uuid4

from flask.sessions import SecureCookieSessionInterface

from learning.accounts import sessions
from learning.app import create_app
from learning.certificates import outcomes
from learning.cli.context import database, now, settings, zone
from learning.demo import province
from learning.library import catalogue
from learning.quizzes import attempts


def main(course_id: str, count: int) -> None:
    with database().writing() as session:
        usernames = province.add_learners(session, now(), count)
    jobs = []
    with database().writing() as session:
        published = catalogue.live(session, course_id)
        lesson = published.course.lessons[0]
        from learning.accounts import people

        for username in usernames:
            person = people.find(session, username)
            token = sessions.create(session, now(), person.id, "api").token
            attempt, _ = outcomes.start(session, now(), zone(), person.id, published, lesson.slug)
            questions = attempts.shown(session, attempt)
            answers = {
                question["id"]: question["options"][0]["id"]
                for question in questions
                if question["kind"] == "single"
            }
            jobs.append(
                {
                    "token": token,
                    "path": f"/api/v1/attempts/{attempt.id}/submission",
                    "body": json.dumps({"client_id": str(uuid4()), "answers": answers}),
                }
            )
        opened = sessions.create(session, now(), people.find(session, "hocvien").id, "browser")
    app = create_app(settings())
    cookie = SecureCookieSessionInterface().get_signing_serializer(app).dumps({"sid": opened.token})
    print(
        json.dumps(
            {
                "lesson": f"/courses/{course_id}/{lesson.slug}",
                "cookie": f"session={cookie}",
                "submissions": jobs,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
