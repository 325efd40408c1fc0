"""How long the studio takes to show and check a page of 1.500 words after a keystroke, request and answer.

    python benchmarks/preview.py      on the instance of LEARNING_INSTANCE, which has the courses and the cast

The application answers in this process. `ms` is the time the processor was at it, which is what the page costs;
`waited` is what went by meanwhile, on a machine that may have other things to do. Every request brings another text.
"""

import json
import os
import re
import statistics
import time

from sqlalchemy import select

from learning.accounts.models import Person
from learning.app import create_app
from learning.clock import SystemClock
from learning.content.prose import count_syllables
from learning.database import Database
from learning.library import beginnings, drafts
from learning.settings import read_settings

COURSE, PATH, AUTHOR, PASSWORD = "finance/commune-budget", "10-who-decides.md", "bientap", "camtay-demo"
WORDS, TIMES = 1500, 40


def main() -> None:
    database = Database(read_settings().database_url)
    text, draft_id = prepare(database)
    client = create_app(database=database).test_client()
    token = token_of(client.get("/").text)
    client.post("/", data={"username": AUTHOR, "password": PASSWORD, "csrf_token": token})
    token = token_of(client.get(f"/studio/drafts/{draft_id}/edit/{PATH}").text)
    took, worked = [], []
    for number in range(TIMES + 3):
        typed = text.replace("mái che", f"mái che số {number}")
        begin, work = time.perf_counter(), time.process_time()
        reply = client.post(
            f"/studio/drafts/{draft_id}/preview/{PATH}", json={"text": typed}, headers={"X-CSRFToken": token}
        )
        took.append(1000 * (time.perf_counter() - begin))
        worked.append(1000 * (time.process_time() - work))
        assert reply.status_code == 200, reply.text
        assert f"mái che số {number}" in reply.json["html"]
    took, worked = took[3:], worked[3:]  # without the first, which read the rest of the course
    print(json.dumps({"words": WORDS, "ms": statistics.median(worked), "waited": statistics.median(took)}))


def prepare(database: Database) -> tuple[str, int]:
    """A page of so many words with its questions, out of the course's own lessons; and a draft it belongs to."""
    with database.writing() as session:
        found = drafts.open_draft(session, COURSE)
        if found is None:
            person = session.scalars(select(Person).where(Person.username == AUTHOR)).one()
            found = beginnings.from_live(session, SystemClock().now(), COURSE, person_id=person.id)
        files = drafts.contents(session, found)
        draft_id = found.id
    head, asked = re.split(r"(?=^## Câu hỏi)", files[PATH].decode(), maxsplit=1, flags=re.MULTILINE)
    for path in sorted(files):
        if count_syllables(head) >= WORDS:
            break
        if path[0] in "23456789":
            body = files[path].decode().split("---\n", 2)[2]
            head += re.split(r"^## Câu hỏi", body, maxsplit=1, flags=re.MULTILINE)[0]
    return head + asked, draft_id


def token_of(page: str) -> str:
    return re.search(r'name="csrf[_-]token"[^>]*(?:value|content)="([^"]+)"', page)[1]


if __name__ == "__main__":
    os.environ.setdefault("LEARNING_MODE", "demo")
    main()
