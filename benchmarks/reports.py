"""The desk at the size of a province: every page of /reports, in milliseconds of processor and of wall clock, at 500 and
at 5.219 learners (wanted: at most 300 ms, and less than in proportion), and the memory that Excel files of all scores
take (wanted: at most 200 MB).

`python benchmarks/reports.py FOLDER [--json]` keeps the data it makes (province.py) in the folder. What counts is the
processor's time on SQLite, whoever else uses the machine; PostgreSQL works in processes of its own, so there the clock.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import province
from flask.testing import FlaskClient
from sqlalchemy import func, select

from learning.accounts import people, sessions
from learning.accounts.models import Person
from learning.app import create_app
from learning.cli import sweeping
from learning.clock import FixedClock
from learning.database import Database
from learning.progress.models import Enrolment
from learning.settings import Settings
from learning.web.context import App

Figures = dict[str, int]
FEW, MANY = 500, province.LEARNERS
MOST_MS, MOST_MB = 300, 200
# Who looks, and where: {course} is the first one.
PAGES = {
    "overview": ("quantri", "/reports"),
    "overview of a course": ("quantri", "/reports/courses/{course}/overview"),
    "the same, weakest first, in groups": (
        "quantri",
        "/reports/courses/{course}/overview?order=weak&group=area",
    ),
    "units": ("quantri", "/reports/units"),
    "a unit": ("quantri", "/reports/units/21583"),
    "the province as a unit": ("quantri", "/reports/units/52"),
    "classes": ("quantri", "/reports/classes"),
    "a class": ("quantri", "/reports/classes/LOP-0"),
    "units compared": ("quantri", "/reports/comparison?what=units&one=21583&one=23677&one=52"),
    "periods compared": ("quantri", "/reports/comparison?what=periods"),
    "scores of a lesson": ("quantri", "/reports/courses/{course}?lesson=lesson-3&is=not"),
    "scores": ("quantri", "/reports/courses/{course}"),
    "scores, filtered": ("quantri", "/reports/courses/{course}?state=overdue&class=LOP-0"),
    "scores of a unit": ("quantri", "/reports/courses/{course}?unit=21583"),
    "questions": ("quantri", "/reports/courses/{course}/items?quiz=exam"),
    "evaluation": ("quantri", "/reports/courses/{course}/evaluation"),
    "evaluation of a unit": ("quantri", "/reports/courses/{course}/evaluation?unit=21583"),
    "evaluation of a trainer": ("giangvien", "/reports/courses/{course}/evaluation"),
    "needs": ("quantri", "/reports/needs?year=2026"),
    "people who need help": ("quantri", "/reports/help"),
    "people who need help, of one rule": ("quantri", "/reports/help?rule=inactive&page=100"),
    "people who need help, of a trainer": ("giangvien", "/reports/help"),
    "the week of a unit": ("lanhdao", "/office/week"),
    "overview of a trainer": ("giangvien", "/reports"),
    "units of a trainer": ("giangvien", "/reports/units"),
    "overview of a head": ("lanhdao", "/reports"),
    "one learner": ("quantri", "/reports/courses/{course}/people/{person}"),
    "submissions to mark": ("giangvien", "/reports/marking"),
    "people of a unit": ("quantri", "/office?unit=21583"),
    "follow-ups of a head": ("lanhdao", "/office/followups"),
    "mentors of a head": ("lanhdao", "/office/mentors"),
    "log": ("quantri", "/office/log"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the data are kept")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--files", metavar="DATABASE", help="only take the Excel files, for their memory")
    asked = parser.parse_args()
    if asked.files:
        print(json.dumps(files(Database(asked.files))))
        return 0
    databases = {count: opened(count, asked.folder) for count in (FEW, MANY)}
    few, many = (measure(database) for database in databases.values())
    # In a process of its own: what making and measuring took is not the files'.
    command = [sys.executable, __file__, str(asked.folder), "--files", address(databases[MANY])]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    taken = json.loads(done.stdout)
    if asked.json:
        print(json.dumps({FEW: few, MANY: many, "files": taken}, ensure_ascii=False, indent=1))
        return 0
    fine = [report(few, many, "processor ms" if databases[MANY].sqlite else "wall ms"), report_files(taken)]
    return 0 if all(fine) else 1


def report(few: dict[str, Figures], many: dict[str, Figures], what: str) -> bool:
    """The table; whether every page is as wanted."""
    print(f"desk of {MANY} people × {province.COURSES} courses × 60 questions, {what}")
    print(f"{'page':36}{FEW:>7}{MANY:>7}  growth  wanted          first time")
    fine = True
    for name, figures in many.items():
        before, after = few[name][what], figures[what]
        growth = after / max(before, 1)
        good = after <= MOST_MS and growth < MANY / FEW
        fine = fine and good
        verdict, first = "ok" if good else "ABOVE", figures[f"first {what}"]
        print(f"{name:36}{before:7}{after:7}{growth:8.1f}{MOST_MS:8}  {verdict:7}{first:7}")
    return fine


def report_files(taken: Figures) -> bool:
    good = taken["peak MB"] <= MOST_MB
    print(
        f"Excel files of all scores: {taken['lines']} lines, {taken['peak MB']} MB at most (wanted {MOST_MB})  "
        f"{'ok' if good else 'ABOVE'}   {taken['processor ms'] / 1000:.1f} s"
    )
    return good


def opened(learners: int, folder: Path) -> Database:
    return province.kept(f"desk-{learners}", partial(province.fill, learners=learners), folder)


def measure(database: Database) -> dict[str, Figures]:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    began = time.process_time()
    # As `learning serve` does between requests.
    counted = sweeping.count_opinions(database, lambda: province.NOW, province.NOW.astimezone(zone).date())
    spent = time.process_time() - began
    print(f"opinions: {counted} figures counted between requests in {spent:.1f} s", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="bench-reports-") as instance:
        app = served(database, Path(instance))
        with database.reading() as session:
            someone = session.scalar(select(Person.username).join(Enrolment).order_by(Person.id).limit(1))
        return {
            name: page(
                app.test_client(),
                place.format(course=province.nth_course(0).id, person=someone),
                token(database, username),
            )
            for name, (username, place) in PAGES.items()
        }


def page(client: FlaskClient, place: str, bearer: str) -> Figures:
    """The least of five, after one that warms up: what is more than that came from the machine's other work."""
    rounds = []
    for _ in range(6):
        wall, processor = time.perf_counter(), time.process_time()
        reply = client.get(place, headers={"Authorization": f"Bearer {bearer}"})
        size = len(reply.data)
        rounds.append((time.process_time() - processor, time.perf_counter() - wall))
        if reply.status_code != 200:
            raise RuntimeError(f"{place}: {reply.status}")
    processor, wall = (round(1000 * min(kind)) for kind in zip(*rounds[1:], strict=True))
    first = dict(
        zip(("first processor ms", "first wall ms"), (round(1000 * one) for one in rounds[0]), strict=True)
    )
    return {"processor ms": processor, "wall ms": wall, **first, "bytes": size}


def files(database: Database) -> Figures:
    """Excel files of everybody's scores, of one course after the other, and the most memory this process ever took."""
    with database.reading() as session:
        lines = session.scalar(select(func.count()).select_from(Enrolment)) or 0
    began, size = time.process_time(), 0
    with tempfile.TemporaryDirectory(prefix="bench-reports-") as instance:
        client = served(database, Path(instance)).test_client()
        headers = {"Authorization": f"Bearer {token(database, 'quantri')}"}
        for number in range(province.COURSES):
            place = f"/reports/courses/{province.nth_course(number).id}/scores.xlsx"
            reply = client.post(place, headers=headers, data={"who": "all"}, buffered=False)
            size += sum(map(len, reply.response))
            if reply.status_code != 200:
                raise RuntimeError(f"{place}: {reply.status}")
    return {
        "lines": lines,
        "bytes": size,
        "processor ms": round(1000 * (time.process_time() - began)),
        "peak MB": peak(),
    }


def peak() -> int:
    """Megabytes this process took at most. Linux counts into `ru_maxrss` what the process took that started this one."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def served(database: Database, instance: Path) -> App:
    settings = Settings(
        mode="demo", secret_key="of the benchmark, long enough", instance=instance,
        database_url=address(database),
        base_url="http://localhost", timezone=ZoneInfo("Asia/Ho_Chi_Minh"),
    )  # fmt: skip
    return create_app(settings, clock=FixedClock(province.NOW), database=database)


def address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def token(database: Database, username: str) -> str:
    with database.writing() as session:
        return sessions.create(session, province.NOW, people.find(session, username).id, "api").token


if __name__ == "__main__":
    raise SystemExit(main())
