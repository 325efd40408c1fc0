"""Who may what: every endpoint and method, with an address and a body that are good, and whom they are good for.

Everybody else meets the same wall: the sign-in page for who is signed out (401 at the API), 404 for the signed-in.
A row's `status` is what the allowed get. Words in braces are things of the cast (cast.py).
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import uuid4

from PIL import Image

from learning.accounts.vaults import vault
from tests import make
from tests.cast import PICTURE, SIGNED_IN, VISITORS, Cast
from tests.conftest import SECRET

Body = Callable[[Cast, str], dict[str, Any]]

PUBLIC = frozenset(VISITORS)
EVERYBODY = frozenset(SIGNED_IN)
NOBODY: frozenset[str] = frozenset()
ADMINISTRATOR = frozenset({"administrator"})
PROVINCE = frozenset({"inspector", "administrator"})
HEADS = frozenset({"head_u1", "head_u2"})
MANAGERS = HEADS | ADMINISTRATOR
READERS = HEADS | PROVINCE | {"trainer_u1"}
STUDIO_D1 = ADMINISTRATOR | {"author_d1", "reviewer"}
STUDIO_D2 = ADMINISTRATOR | {"author_d2", "reviewer"}
WRITERS_D1 = ADMINISTRATOR | {"author_d1"}
WRITERS_D2 = ADMINISTRATOR | {"author_d2"}
OVER_U1 = PROVINCE | {"trainer_u1", "head_u1"}  # who may see the results of the learner of U1
OVER_U2 = PROVINCE | {"head_u2"}  # and of U2, where the trainer of U1 has no class
MANAGE_U1 = ADMINISTRATOR | {"head_u1"}
MANAGE_U2 = ADMINISTRATOR | {"head_u2"}


@dataclass(frozen=True)
class Row:
    """`api`: denied as a program is, 401. `refused`: what is not for this person says so otherwise than by 404."""

    endpoint: str
    method: str
    address: str
    who: frozenset[str]
    status: int = 200
    body: Body | None = None
    api: bool = False
    environ: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.method} {self.address}"

    def expected(self, visitor: str) -> int:
        if visitor in self.who:
            return self.status
        if visitor == "anonymous":
            return 401 if self.api else 303
        return 404


def form(**fields: Any) -> Body:
    return lambda cast, visitor: {"data": fields}


def json(**members: Any) -> Body:
    return lambda cast, visitor: {"json": members}


def retried(**members: Any) -> Body:
    """With a client id of its own."""
    return lambda cast, visitor: {"json": {**members, "client_id": str(uuid4())}}


def _answer(cast: Cast, visitor: str) -> dict[str, Any]:
    owner = visitor if visitor in cast.questions else "learner_u1"
    answer = cast.questions[owner]["mot"]
    return {"json": {"answer": answer, "seq": 1, "client_id": str(uuid4())}}


def _help(cast: Cast, visitor: str) -> dict[str, Any]:
    return {"data": {"did": "talk", "outcome": "reached", "client_id": str(uuid4())}}


def _upload(cast: Cast, visitor: str) -> dict[str, Any]:
    text = "ma_can_bo,ho_ten,ma_don_vi\nCB-99,Lê Thị Chín,21583\n"
    return {"data": {"file": (io.BytesIO(text.encode()), "danh-sach.csv")}}


def _picture(cast: Cast, visitor: str) -> dict[str, Any]:
    made = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(made, "PNG")
    return {"data": {"file": (io.BytesIO(made.getvalue()), "anh.png"), "alt": "Một ô đỏ"}}


def _answers(cast: Cast, visitor: str) -> dict[str, Any]:
    own = vault(SECRET, cast.people[visitor]).person if visitor in cast.people else ""
    text = f'{{"format": "camtay-answers", "person": "{own}", "events": []}}'
    return {"data": {"file": (io.BytesIO(text.encode()), "bai-lam.json")}}


def _bank(cast: Cast, visitor: str) -> dict[str, Any]:
    text = "Nộp ở đâu? {=Một cửa ~Công an}\n"
    return {"data": {"file": (io.BytesIO(text.encode()), "ngan-hang.gift"), "kind": ""}}


def page(
    endpoint: str, address: str, who: frozenset[str], status: int = 200, body: Body | None = None
) -> Row:
    """A page that is read; with a body, a form that is sent."""
    return Row(endpoint, "POST" if body else "GET", address, who, status, body)


def call(
    endpoint: str,
    method: str,
    address: str,
    who: frozenset[str],
    status: int = 200,
    body: Body | None = None,
) -> Row:
    return Row(endpoint, method, f"/api/v1{address}", who, status, body, api=True)


def own(who: str) -> frozenset[str]:
    return frozenset({who})


ACCOUNTS = [
    page("study.start", "/", PUBLIC),
    page("accounts.sign_in", "/", PUBLIC, 303, form(username="hocvien", password=make.PASSWORD)),
    page("accounts.sign_out", "/sign-out", PUBLIC, 303, form()),
    page("accounts.code", "/code", PUBLIC),
    page(
        "accounts.code",
        "/code",
        PUBLIC,
        422,  # a code is good once and for one person: that is test_codes' to show
        form(
            username="hocvien",
            code="7KQMP-2XWHD",
            new_password="cà phê phố núi",
            new_password_again="cà phê phố núi",
        ),
    ),
    page("accounts.password", "/me/password", EVERYBODY),
    page(
        "accounts.password",
        "/me/password",
        EVERYBODY,
        303,
        form(password=make.PASSWORD, new_password="cà phê phố núi", new_password_again="cà phê phố núi"),
    ),
    page("accounts.my_sessions", "/me/sessions", EVERYBODY),
    page("accounts.end_session", "/me/sessions/{session_own}/end", EVERYBODY, 303, form()),
    page("accounts.end_session", "/me/sessions/{session_learner_u1}/end", own("learner_u1"), 303, form()),
    page("accounts.end_session", "/me/sessions/{session_learner_u2}/end", own("learner_u2"), 303, form()),
]

STUDY = [
    page("study.courses", "/courses?q=ngan", EVERYBODY),
    page("study.field", "/fields/finance", EVERYBODY),
    page("study.field", "/fields/none", NOBODY),
    page("study.course", "/courses/finance/sample", EVERYBODY),
    page("study.course", "/courses/land/sample", EVERYBODY),
    page("study.course", "/courses/finance/none", NOBODY),
    page("study.lesson", "/courses/finance/sample/bai-1", EVERYBODY),
    page("study.quiz", "/courses/finance/sample/bai-1/quiz", EVERYBODY),
    page("study.begin", "/courses/finance/sample/bai-1/quiz", EVERYBODY, 303, form()),
    page("study.begin", "/courses/finance/sample/bai-2/quiz", EVERYBODY, 303, form()),
    page("study.begin", "/courses/land/sample/exam/quiz", EVERYBODY, 303, form()),
    page("study.media", "/media/{picture}/anh.png", EVERYBODY),
    page("study.me", "/me", EVERYBODY),
    page("phones.mine", "/me/phone", EVERYBODY),
    page("phones.hand_in", "/me/handed-in-answers", EVERYBODY),
    page("phones.hand_in", "/me/handed-in-answers", EVERYBODY, 200, _answers),
    page("looks.mine", "/me/looks", EVERYBODY),
    page("looks.export_mine", "/me/looks.csv", EVERYBODY, 200, form()),
    page("looks.helped", "/me/help", EVERYBODY),
    page("digests.mine", "/me/digests", EVERYBODY),
    page("digests.switch", "/me/digests", EVERYBODY, 303, form(on="no")),
    page("answering.show", "/attempts/{open_own}?q=1", EVERYBODY),
    page("answering.show", "/attempts/{open_learner_u1}?q=1", own("learner_u1")),
    page("answering.show", "/attempts/{open_learner_u2}?q=all", own("learner_u2")),
    page("answering.show", "/attempts/{finished_learner_u1}", own("learner_u1")),
    page("answering.show", "/attempts/{finished_learner_u2}", own("learner_u2")),
    page("answering.save", "/attempts/{open_own}", EVERYBODY, 303, form(question="ngan")),
    page("answering.save", "/attempts/{open_learner_u1}", own("learner_u1"), 303, form(question="ngan")),
    page("answering.save", "/attempts/{open_learner_u2}", own("learner_u2"), 303, form(question="ngan")),
    page(
        "answering.submit",
        "/attempts/{open_own}/submission",
        EVERYBODY,
        303,
        lambda cast, visitor: {"data": {"client_id": str(uuid4())}},
    ),
    page(
        "answering.submit",
        "/attempts/{open_learner_u1}/submission",
        own("learner_u1"),
        303,
        lambda cast, visitor: {"data": {"client_id": str(uuid4())}},
    ),
    page("study.media", "/media/{source}/10-bai-1.md", NOBODY),
    # Who has done a course is asked how it was, and a month later whether it is of use.
    page("evaluating.survey", "/surveys/finance/second", frozenset({"learner_u1", "learner_u2"})),
    page("evaluating.survey", "/surveys/finance/sample", NOBODY),
    page(
        "evaluating.answer_survey",
        "/surveys/finance/second",
        frozenset({"learner_u1", "learner_u2"}),
        303,
        form(useful="4", clear="4", length="3", recommend="5"),
    ),
    page("evaluating.follow_up", "/followups/{ask_learner_u1}", own("learner_u1")),
    page("evaluating.follow_up", "/followups/{ask_learner_u2}", own("learner_u2")),
    *(
        page("evaluating.answer_follow_up", f"/followups/{{ask_{who}}}", own(who), 303, form(used="often"))
        for who in ("learner_u1", "learner_u2")
    ),
    page(
        "evaluating.rate", "/attempts/{finished_learner_u1}/rating", own("learner_u1"), 303, form(rating="4")
    ),
    page("evaluating.rate", "/attempts/{open_own}/rating", NOBODY, 303, form(rating="4")),
    page("styleguide.show", "/styleguide", PUBLIC),
    page("language.choose", "/language/en?next=/courses", PUBLIC, 302),
    page("shell.worker", "/sw.js", PUBLIC),
    page("shell.page", "/offline", PUBLIC),
    page("shell.manifest", "/manifest.webmanifest", PUBLIC),
    page("copies.listed", "/courses/finance/sample/offline.json", EVERYBODY),
    page("copies.listed", "/courses/finance/none/offline.json", NOBODY),
]

_PRACTICE, _STEP = "/practice/{practice_learner_u1}", "/practice/{practice_learner_u1}/steps/thuc-hanh-1"
WITH_U1 = ADMINISTRATOR | {
    "learner_u1",
    "reviewer",
    "head_u1",
    "trainer_u1",
}  # the reviewer guides the learner of U1
PRACTICE = [
    page("practising.door", "/courses/finance/sample/thuc-hanh/practice", EVERYBODY),
    page("practising.begin", "/courses/finance/sample/thuc-hanh/practice", EVERYBODY, 303, form()),
    page("study.lesson", "/courses/finance/sample/thuc-hanh", EVERYBODY),
    page("practising.mine", "/practice", EVERYBODY),
    page("practising.show", _PRACTICE, WITH_U1),
    page("practising.show", "/practice/{practice_learner_u2}", ADMINISTRATOR | {"learner_u2", "head_u2"}),
    page("practising.hand_in", _STEP, own("learner_u1"), 303, form(words="Đã làm lại", do="hand_in")),
    page("practising.decide", f"{_STEP}/decision", own("reviewer"), 303, form(do="sign", version="1")),
    page(
        "practising.decide",
        "/practice/{practice_learner_u2}/steps/thuc-hanh-1/decision",
        NOBODY,
        303,
        form(do="sign"),
    ),
    page("practising.evidence", f"{_PRACTICE}/evidence/{{evidence_learner_u1}}", WITH_U1),
    # Not handed in yet: its learner's alone; and nothing of one practice is found in another.
    page(
        "practising.evidence",
        "/practice/{practice_learner_u2}/evidence/{evidence_learner_u2}",
        own("learner_u2"),
    ),
    page("practising.evidence", f"{_PRACTICE}/evidence/{{evidence_learner_u2}}", NOBODY),
    page(
        "practising.remove",
        f"{_PRACTICE}/evidence/{{evidence_learner_u1}}/removal",
        own("learner_u1"),
        303,
        form(),
    ),
]

CERTIFICATES = [
    page("certificates.show", "/certificates/{serial_learner_u1}", OVER_U1 | {"learner_u1"}),
    page("certificates.show", "/certificates/{serial_learner_u2}", OVER_U2 | {"learner_u2"}),
    page("certificates.pdf", "/certificates/{serial_learner_u1}.pdf", OVER_U1 | {"learner_u1"}),
    page("certificates.pdf", "/certificates/{serial_learner_u2}.pdf", OVER_U2 | {"learner_u2"}),
    page("certificates.verify_form", "/verify", PUBLIC),
    page("certificates.verify", "/verify/{serial_learner_u1}", PUBLIC),
]

OFFICE = [
    page("office.people", "/office", MANAGERS),
    page("office.person", "/office/people/{person_learner_u1}", MANAGE_U1),
    page("office.person", "/office/people/{person_learner_u2}", MANAGE_U2),
    page("office.issue_code", "/office/people/{person_learner_u1}/code", MANAGE_U1, 200, form()),
    page("office.issue_code", "/office/people/{person_learner_u2}/code", MANAGE_U2, 200, form()),
    # A head may not open the desk of somebody who has more than a learner's role.
    page("office.issue_code", "/office/people/{person_head_u1}/code", ADMINISTRATOR, 200, form()),
    page(
        "office.set_account",
        "/office/people/{person_learner_u1}/account",
        ADMINISTRATOR,
        303,
        form(active="no"),
    ),
    page("office.set_account", "/office/people/{person_administrator}/account", NOBODY, 303, form()),
    page(
        "office.grant_role",
        "/office/people/{person_learner_u1}/roles",
        ADMINISTRATOR,
        303,
        form(role="trainer:"),
    ),
    page(
        "office.remove_role",
        "/office/people/{person_trainer_u1}/roles/removal",
        ADMINISTRATOR,
        303,
        form(role="trainer:"),
    ),
    page("office.revoke_certificate", "/office/certificates/{serial_learner_u1}/revocation", ADMINISTRATOR),
    page(
        "office.revoke_certificate",
        "/office/certificates/{serial_learner_u1}/revocation",
        ADMINISTRATOR,
        303,
        form(reason="Cấp nhầm người"),
    ),
    page("office.week", "/office/week", HEADS),
    page("office.week", "/office/week?unit=21583", own("head_u1")),
    page("office.week", "/office/week?unit=23677", own("head_u2")),
    page("office.followups", "/office/followups", HEADS),
    page("office.answer_followups", "/office/followups", HEADS, 303, form()),
    page("office.mentors", "/office/mentors", MANAGERS),
    page("office.export_people", "/office/people.csv", MANAGERS, 200, form(active="yes", without="yes")),
    page(
        "office.export_members",
        "/office/classes/{class_U1}/members.csv",
        ADMINISTRATOR | {"trainer_u1"},
        200,
        form(),
    ),
    page("office.export_members", "/office/classes/{class_U2}/members.csv", ADMINISTRATOR, 200, form()),
    page("office.mentor", "/office/mentors/{person_learner_u1}", MANAGE_U1),
    page("office.mentor", "/office/mentors/{person_learner_u2}", MANAGE_U2),
    page("office.mentor", "/office/mentors/{person_head_u1}", ADMINISTRATOR),  # nobody names their own
    page(
        "office.name_mentor",
        "/office/mentors/{person_learner_u1}",
        MANAGE_U1,
        303,
        lambda cast, visitor: {"data": {"mentor": cast.people["colleague_u1"]}},
    ),
    page(  # of another unit: not in the head's hands
        "office.name_mentor",
        "/office/mentors/{person_learner_u1}",
        ADMINISTRATOR,
        303,
        lambda cast, visitor: {"data": {"mentor": cast.people["learner_u2"]}},
    ),
    page("office.end_mentor", "/office/mentors/{person_learner_u1}/end", MANAGE_U1, 303, form()),
    page("office.classes", "/office/classes", ADMINISTRATOR | {"trainer_u1"}),
    page("office.training_class", "/office/classes/{class_U1}", ADMINISTRATOR | {"trainer_u1"}),
    page("office.training_class", "/office/classes/{class_U2}", ADMINISTRATOR),
    page("office.new_class", "/office/classes/new", ADMINISTRATOR),
    page(
        "office.new_class",
        "/office/classes/new",
        ADMINISTRATOR,
        303,
        lambda cast, visitor: {
            "data": {
                "name": "Lớp mới",
                "code": "MOI-1",
                "course": "finance/sample",
                "trainer": cast.people["trainer_u1"],
                "due_on": "15/12/2026",
            }
        },
    ),
    page(
        "office.add_members",
        "/office/classes/{class_U1}/members",
        ADMINISTRATOR,
        303,
        form(people="dongnghiep"),
    ),
    page("office.add_unit", "/office/classes/{class_U1}/unit", ADMINISTRATOR, 303, form(unit="21583")),
    page(
        "office.remove_member",
        "/office/classes/{class_U1}/members/removal",
        ADMINISTRATOR,
        303,
        lambda cast, visitor: {"data": {"person": cast.people["learner_u1"]}},
    ),
    page("office.extra_time", "/office/extra-time/{person_learner_u1}", ADMINISTRATOR | {"trainer_u1"}),
    page("office.extra_time", "/office/extra-time/{person_learner_u2}", ADMINISTRATOR),
    page(
        "office.extra_time", "/office/extra-time/{person_administrator}", NOBODY
    ),  # nobody gives to themselves
    page(
        "office.set_extra_time",
        "/office/extra-time/{person_learner_u1}",
        ADMINISTRATOR | {"trainer_u1"},
        303,
        form(factor="1.5", reason="thị lực kém"),
    ),
    page("office.roster", "/office/roster", ADMINISTRATOR),
    page("office.try_roster", "/office/roster", ADMINISTRATOR, 200, _upload),
    page("office.import_roster", "/office/roster/import", ADMINISTRATOR, 303, form(token="0" * 32)),
    page("office.log", "/office/log", PROVINCE),
    page("office.export_log", "/office/log.csv", PROVINCE, 200, form()),
    page("office.export_classes", "/office/classes.csv", ADMINISTRATOR | {"trainer_u1"}, 200, form()),
]


def _marks(**more: str) -> Body:
    fields = {"version.viet": "0", "mark.viet.0": "1.5", "mark.viet.1": "1", "remark.viet.0": "Đủ ý"}
    return lambda cast, visitor: {"data": {**fields, **more, "client_id": str(uuid4())}}


MARKS_U1 = ADMINISTRATOR | {
    "trainer_u1"
}  # who marks the learner of U1: their head and the inspector never do
_SAMPLE = "/reports/courses/finance/sample"
REPORTS = [
    page("reports.overview", "/reports", READERS),
    page("reports.export_overview", "/reports/overview.csv", READERS, 200, form()),
    page("reports.course_overview", f"{_SAMPLE}/overview", READERS),
    page("reports.course_overview", "/reports/courses/land/sample/overview", READERS - {"trainer_u1"}),
    page("reports.export_course_overview", f"{_SAMPLE}/overview.csv", READERS, 200, form()),
    page(
        "reports.export_course_overview",
        "/reports/courses/land/sample/overview.csv",
        READERS - {"trainer_u1"},
        200,
        form(),
    ),
    page("reports.classes", "/reports/classes", READERS),
    page("reports.class_overview", "/reports/classes/LOP-U1", PROVINCE | {"trainer_u1"}),
    page("reports.class_overview", "/reports/classes/LOP-U2", PROVINCE),
    page("reports.export_classes", "/reports/classes.csv", READERS, 200, form()),
    page("reports.export_classes", "/reports/classes.xlsx", PROVINCE, 200, form(**{"class": "LOP-U2"})),
    page("reports.units", "/reports/units", READERS),
    page("reports.export_units", "/reports/units.csv", READERS, 200, form()),
    page("reports.unit", "/reports/units/21583", OVER_U1),
    page("reports.unit", "/reports/units/23677", OVER_U2),
    page("reports.export_unit", "/reports/units/21583/overview.csv", OVER_U1, 200, form()),
    page("reports.export_unit", "/reports/units/23677/overview.csv", OVER_U2, 200, form()),
    page("reports.comparison", "/reports/comparison", READERS),
    page("reports.comparison", "/reports/comparison?what=units&one=21583", OVER_U1),
    page("reports.comparison", "/reports/comparison?what=units&one=23677", OVER_U2),
    page("reports.comparison", "/reports/comparison?what=classes&one=LOP-U1", PROVINCE | {"trainer_u1"}),
    page(
        "reports.comparison", "/reports/comparison?what=periods&course=land/sample", READERS - {"trainer_u1"}
    ),
    page(
        "reports.export_comparison", "/reports/comparison.csv", OVER_U2, 200, form(what="units", one="23677")
    ),
    page("reports.help", "/reports/help", READERS),
    page("reports.help", "/reports/help?unit=21583", OVER_U1),
    page("reports.help", "/reports/help?unit=23677", OVER_U2),
    page("reports.help", "/reports/help?class=LOP-U2", PROVINCE),
    page("reports.help", "/reports/help?course=land/sample", READERS - {"trainer_u1"}),
    page("reports.export_help", "/reports/help/list.csv", READERS, 200, form()),
    page("reports.export_help", "/reports/help/list.xlsx", OVER_U1, 200, form(unit="21583")),
    page("reports.help_person", "/reports/help/finance/sample/hocvien", OVER_U1),
    page("reports.help_person", "/reports/help/finance/sample/hocvien2", OVER_U2),
    page("reports.record_help", "/reports/help/finance/sample/hocvien", OVER_U1 - {"inspector"}, 303, _help),
    page("reports.record_help", "/reports/help/finance/sample/hocvien2", OVER_U2 - {"inspector"}, 303, _help),
    page("reports.course", _SAMPLE, READERS),
    page("reports.course", "/reports/courses/land/sample", READERS - {"trainer_u1"}),
    page("reports.course", f"{_SAMPLE}?unit=21583", OVER_U1),
    page("reports.course", f"{_SAMPLE}?unit=23677", OVER_U2),
    page("reports.course", f"{_SAMPLE}?class=LOP-U1", PROVINCE | {"trainer_u1"}),
    page("reports.course", f"{_SAMPLE}?class=LOP-U2", PROVINCE),
    page("reports.person", f"{_SAMPLE}/people/hocvien", OVER_U1),
    page("reports.person", f"{_SAMPLE}/people/hocvien2", OVER_U2),
    page("reports.export_attempts", f"{_SAMPLE}/attempts.csv", OVER_U1, 200, form(username="hocvien")),
    page("reports.export_attempts", f"{_SAMPLE}/attempts.csv", OVER_U2, 200, form(username="hocvien2")),
    page("reports.items", f"{_SAMPLE}/items?quiz=exam", READERS),
    page("reports.items", "/reports/courses/land/sample/items", READERS - {"trainer_u1"}),
    page("reports.export_items", f"{_SAMPLE}/items.csv", READERS, 200, form(quiz="exam")),
    page(
        "reports.export_items",
        "/reports/courses/land/sample/items.csv",
        READERS - {"trainer_u1"},
        200,
        form(),
    ),
    page("reports.evaluation", f"{_SAMPLE}/evaluation", READERS),
    page("reports.evaluation", f"{_SAMPLE}/evaluation?unit=21583", OVER_U1 - {"trainer_u1"}),
    page("reports.evaluation", f"{_SAMPLE}/evaluation?unit=23677", OVER_U2),
    page("reports.evaluation", f"{_SAMPLE}/evaluation?class=LOP-U1", own("trainer_u1")),
    page("reports.evaluation", "/reports/courses/land/sample/evaluation", READERS - {"trainer_u1"}),
    page("reports.export_evaluation", f"{_SAMPLE}/evaluation.xlsx", READERS, 200, form()),
    page(
        "reports.export_evaluation",
        f"{_SAMPLE}/evaluation.csv",
        HEADS | {"trainer_u1"},  # who acts, and so knows of whom
        200,
        form(table="awaited"),
    ),
    page(
        "reports.export_evaluation",
        f"{_SAMPLE}/evaluation.csv",
        OVER_U2,
        200,
        form(unit="23677", table="groups"),
    ),
    page("reports.practices", "/reports/practices", READERS - {"inspector"}),
    page("reports.practices", "/reports/practices?state=all", READERS - {"inspector"}),
    page("reports.practices", "/reports/practices?state=x", NOBODY),
    page(
        "reports.export_practices",
        "/reports/practices/list.csv",
        READERS - {"inspector"},
        200,
        form(state="all"),
    ),
    page("reports.needs", "/reports/needs", HEADS | PROVINCE),
    page("reports.export_needs", "/reports/needs.csv", HEADS | PROVINCE, 200, form(kind="reason")),
    page("reports.scheduled", "/reports/scheduled", READERS - {"inspector"}),
    page("reports.scheduled", "/reports/scheduled?kind=unit&unit=21583", OVER_U1 - {"inspector"}),
    page("reports.scheduled", "/reports/scheduled?unit=23677", OVER_U2 - {"inspector"}),
    page("reports.scheduled", "/reports/scheduled?course=land/sample", READERS - {"trainer_u1", "inspector"}),
    page(
        "reports.schedule",
        "/reports/scheduled",
        OVER_U1 - {"inspector"},
        303,
        form(kind="unit", unit="21583", every="month"),
    ),
    page("reports.schedule", "/reports/scheduled", READERS - {"inspector"}, 422, form(kind="help")),
    page("reports.scheduled_report", "/reports/scheduled/{report_U1}", MANAGE_U1),
    page("reports.scheduled_report", "/reports/scheduled/{report_U2}", MANAGE_U2),
    page("reports.end_scheduled", "/reports/scheduled/{report_U1}/end", MANAGE_U1, 303, form()),
    page("reports.end_scheduled", "/reports/scheduled/{report_U2}/end", MANAGE_U2, 303, form()),
    page("reports.marking", "/reports/marking", MARKS_U1),
    page("reports.marking", "/reports/marking?course=finance/sample&quiz=id-tu-luan", MARKS_U1),
    page("reports.marking", "/reports/marking?course=land/sample", ADMINISTRATOR),
    page("reports.marking", "/reports/marking?course=finance/sample&quiz=none", NOBODY),
    page("reports.export_marking", "/reports/marking/list.csv", MARKS_U1, 200, form()),
    page(
        "reports.export_marking",
        "/reports/marking/list.csv",
        ADMINISTRATOR,
        200,
        form(course="land/sample", state="marked"),
    ),
    page("reports.submission", "/reports/marking/{written_learner_u1}", MARKS_U1),
    page("reports.submission", "/reports/marking/{written_learner_u2}", ADMINISTRATOR),
    page("reports.submission", "/reports/marking/{finished_learner_u1}", NOBODY),
    page("reports.submission", "/reports/marking/{open_learner_u1}", NOBODY),
    page("reports.mark", "/reports/marking/{written_learner_u1}", MARKS_U1, 303, _marks()),
    page("reports.mark", "/reports/marking/{written_learner_u2}", ADMINISTRATOR, 303, _marks(stay="1")),
    page("reports.export", f"{_SAMPLE}/scores.xlsx", READERS, 200, form()),
    page("reports.export", f"{_SAMPLE}/scores.csv", OVER_U1, 200, form(unit="21583")),
    page("reports.export", f"{_SAMPLE}/scores.csv", OVER_U2, 200, form(unit="23677")),
    page("reports.export", "/reports/courses/land/sample/scores.csv", READERS - {"trainer_u1"}, 200, form()),
]

STUDIO = [
    page("studio.courses", "/studio", STUDIO_D1 | STUDIO_D2),
    *(
        page(endpoint, f"/studio/courses/{field}/sample{rest}", who)
        for field, who in (("finance", STUDIO_D1), ("land", STUDIO_D2))
        for endpoint, rest in (
            ("studio.course", ""),
            ("studio.files", "/files"),
            ("studio.file", "/files/10-bai-1.md"),
            ("studio.source", "/source.zip"),
        )
    ),
    *(
        page(endpoint, f"/studio/courses/{field}/sample{rest}", who)
        for field, who in (("finance", STUDIO_D1), ("land", STUDIO_D2))
        for endpoint, rest in (
            ("studio.history", "/releases"),
            ("studio.comparison", "/comparison?old=1&new=1"),
            ("studio.regrades", "/regrades"),
            ("studio.questions", "/questions"),
            ("studio.exports", "/exports"),
            ("studio.export", "/exports/gift"),
        )
    ),
    *(
        page(endpoint, f"/studio/drafts/{{draft_{field}}}{rest}", who)
        for field, who in (("finance", STUDIO_D1), ("land", STUDIO_D2))
        for endpoint, rest in (
            ("studio.draft", ""),
            ("studio.review", "/review"),
            ("studio.source_text", "/source/10-bai-1.md?line=2"),
            ("studio.newer_release", "/newer-release"),
        )
    ),
    page("studio.source_text", "/studio/drafts/{draft_finance}/source/90-khong-co.md", NOBODY),
    # Who may read a draft may say something about it; who may write in its field, change it.
    *(
        page(endpoint, f"/studio/drafts/{{draft_{field}}}{rest}", who, status, form(**fields))
        for field, who in (("finance", STUDIO_D1), ("land", STUDIO_D2))
        for endpoint, rest, status, fields in (
            ("studio.add_comment", "/comments", 303, {"path": "10-bai-1.md", "line": "2", "text": "Sửa"}),
            ("studio.settle_comment", "/comments/1", 303, {}),
            ("studio.approve", "/approval", 303, {"when": "now", "seen": "1"}),  # told why not
        )
    ),
    page("studio.send_back", "/studio/drafts/{draft_finance}/return", own("reviewer"), 303, form()),
    *(
        page(endpoint, f"/studio/drafts/{{draft_{field}}}{rest}", who, status, body)
        for field, who in (("finance", WRITERS_D1), ("land", WRITERS_D2))
        for endpoint, rest, status, body in (
            ("studio.submit", "/submission", 303, form()),
            ("studio.withdraw", "/withdrawal", 303, form()),
            ("studio.take_in", "/newer-release", 303, form()),
            ("studio.set_effect", "/effect", 303, form(day="15/12/2026")),
            ("studio.discard", "/discard", 303, form()),
            ("studio.add_page", "/pages", 303, form(title="Bài mới", kind="lesson")),
            ("studio.move_page", "/pages/move", 303, form(path="20-bai-2.md", way="up")),
            ("studio.rename_page", "/pages/rename", 303, form(path="20-bai-2.md", slug="khac")),
            ("studio.remove_file", "/files/removal", 303, form(path="20-bai-2.md", revision="1")),
            ("studio.add_media", "/media", 303, _picture),
        )
    ),
    # Who may read a draft may look at its pages and try out its questions; who may write, save.
    *(
        page(endpoint, f"/studio/drafts/{{draft_{field}}}/{rest}", who, 200, body)
        for field, who in (("finance", STUDIO_D1), ("land", STUDIO_D2))
        for endpoint, rest, body in (
            ("studio.edit", "edit/10-bai-1.md", None),
            ("studio.preview", "preview/10-bai-1.md", None),
            ("studio.play", "preview/10-bai-1.md/quiz", None),
            ("studio.play", "preview/10-bai-1.md/quiz", form()),
            ("studio.previewed", "preview/10-bai-1.md", json(text="Chữ.")),
            ("studio.here", "here/10-bai-1.md", form()),
            ("studio.draft_media", f"media/{sha256(PICTURE).hexdigest()}/anh.png", None),
        )
    ),
    *(
        row
        for field, who in (("finance", WRITERS_D1), ("land", WRITERS_D2))
        for address in (f"/studio/drafts/{{draft_{field}}}/edit/10-bai-1.md",)
        for row in (
            page("studio.save", address, who, 303, form(text="Chữ.", based_on="1")),
            Row("studio.autosave", "PUT", address, who, 200, json(text="Chữ.", based_on=1)),
        )
    ),
    page("studio.documents", "/studio/documents?q=luat", STUDIO_D1 | STUDIO_D2),
    page("studio.registry", "/studio/registry?q=luat", STUDIO_D1 | STUDIO_D2),
    page(
        "studio.put_document",
        "/studio/registry",
        WRITERS_D1 | WRITERS_D2,
        303,
        lambda cast, name: form(key=f"{uuid4().hex}/QĐ", title="Quy chế", issuer="Sở", in_force="01/07/2025")(
            cast, name
        ),
    ),
    *(
        page("studio.publish", f"/studio/drafts/{{draft_{field}}}/publication", who, 303, form(when="now"))
        for field, who in (("finance", STUDIO_D1), ("land", STUDIO_D2))
    ),
    *(
        page(endpoint, f"/studio/courses/{field}/sample{rest}", who, status, form(**fields))
        for field, who in (("finance", WRITERS_D1), ("land", WRITERS_D2))
        for endpoint, rest, status, fields in (
            ("studio.begin", "/draft", 303, {}),
            ("studio.restore", "/releases/1/draft", 303, {}),
        )
    ),
    # What is to be graded again is a question whose key changed; the cast has none.
    page(
        "studio.order",
        "/studio/courses/finance/sample/regrades",
        NOBODY,
        303,
        form(question="mot", choice="both"),
    ),
    page(
        "studio.rule", "/studio/courses/finance/sample/regrades/1", own("reviewer"), 303, form(what="confirm")
    ),
    page("studio.new", "/studio/new", STUDIO_D1 | STUDIO_D2),
    page("studio.new_from_template", "/studio/new/template", STUDIO_D1 | STUDIO_D2),
    *(
        page("studio.new_from_template", "/studio/new/template", who, 303, form(title="Mới", field=field))
        for field, who in (("finance", WRITERS_D1), ("land", WRITERS_D2))
    ),
    page("studio.new_from_course", "/studio/new/copy", STUDIO_D1 | STUDIO_D2),
    *(
        page(
            "studio.new_from_course",
            "/studio/new/copy",
            who,
            303,
            form(title="Bản chép", field=field, source=f"{field}/sample"),
        )
        for field, who in (("finance", WRITERS_D1), ("land", WRITERS_D2))
    ),
    page("studio.new_from_file", "/studio/new/file", STUDIO_D1 | STUDIO_D2),
    page("studio.new_from_file", "/studio/new/file", WRITERS_D1 | WRITERS_D2, 200, _bank),
    page(
        "studio.new_draft_from_file",
        "/studio/new/file/draft",
        WRITERS_D1 | WRITERS_D2,
        303,
        form(token="0" * 32),
    ),
    page("notices.list", "/notices", EVERYBODY),
    page("notices.read", "/notices/read", EVERYBODY, 303, form()),
    page("studio.file", "/studio/courses/finance/sample/files/images/anh.png", STUDIO_D1),
    page("studio.file", "/studio/courses/finance/sample/files/../../land/sample/10-bai-1.md", NOBODY),
]

HEALTH = [
    page("health.alive", "/healthz", PUBLIC),
    page("health.ready", "/readyz", PUBLIC),
    page("health.metrics", "/metrics", PUBLIC),  # from this machine
]

_SCORES = "/reports/courses/finance/sample/scores"
API = [
    call("api.course_scores", "GET", _SCORES, READERS),
    call("api.course_scores", "GET", f"{_SCORES}?unit=21583", OVER_U1),
    call("api.course_scores", "GET", f"{_SCORES}?unit=23677", OVER_U2),
    call("api.course_scores", "GET", f"{_SCORES}?class=LOP-U1", PROVINCE | {"trainer_u1"}),
    call("api.course_scores", "GET", f"{_SCORES}?class=LOP-U2", PROVINCE),
    call("api.course_scores", "GET", "/reports/courses/land/sample/scores", READERS - {"trainer_u1"}),
    call("api.quiz_items", "GET", "/reports/courses/finance/sample/items?quiz=exam", READERS),
    call("api.quiz_items", "GET", "/reports/courses/land/sample/items?quiz=exam", READERS - {"trainer_u1"}),
    call("api.description", "GET", "/openapi.json", PUBLIC),
    call("api.sign_in", "POST", "/session", PUBLIC, 201, json(username="hocvien", password=make.PASSWORD)),
    call("api.sign_out", "DELETE", "/session", EVERYBODY, 204),
    call("api.me", "GET", "/me", EVERYBODY),
    call("api.my_certificates", "GET", "/me/certificates", EVERYBODY),
    call("api.certificate", "GET", "/certificates/{serial_learner_u1}", PUBLIC),
    call("api.courses", "GET", "/courses?field=finance&q=ngan", EVERYBODY),
    call("api.course", "GET", "/courses/finance/sample", EVERYBODY),
    call("api.lesson", "GET", "/courses/finance/sample/lessons/bai-1", EVERYBODY),
    call("api.take_along", "POST", "/courses/finance/sample/offline", EVERYBODY, 200, json(exam=False)),
    call("api.read_lesson", "POST", "/courses/finance/sample/lessons/bai-2/reading", EVERYBODY, 204),
    call(
        "api.start_attempt",
        "POST",
        "/attempts",
        EVERYBODY,
        200,
        json(course="finance/sample", quiz="exam"),
    ),
    call("api.start_attempt", "POST", "/attempts", EVERYBODY, 201, json(course="land/sample", quiz="exam")),
    call("api.attempt", "GET", "/attempts/{open_own}", EVERYBODY),
    call("api.attempt", "GET", "/attempts/{open_learner_u1}", own("learner_u1")),
    call("api.attempt", "GET", "/attempts/{finished_learner_u2}", own("learner_u2")),
    call("api.save_answer", "PUT", "/attempts/{open_own}/answers/mot", EVERYBODY, 200, _answer),
    call(
        "api.save_answer", "PUT", "/attempts/{open_learner_u1}/answers/mot", own("learner_u1"), 200, _answer
    ),
    call(
        "api.save_answer", "PUT", "/attempts/{open_learner_u2}/answers/mot", own("learner_u2"), 200, _answer
    ),
    call("api.submit", "POST", "/attempts/{open_own}/submission", EVERYBODY, 201, retried(answers={})),
    call("api.sync", "POST", "/sync", EVERYBODY, 200, json(epoch="", events=[])),
    call(
        "api.submit",
        "POST",
        "/attempts/{open_learner_u1}/submission",
        own("learner_u1"),
        201,
        retried(answers={}),
    ),
    call(
        "api.submit",
        "POST",
        "/attempts/{open_learner_u2}/submission",
        own("learner_u2"),
        201,
        retried(answers={}),
    ),
]

ROWS: list[Row] = [*ACCOUNTS, *STUDY, *PRACTICE, *CERTIFICATES, *OFFICE, *REPORTS, *STUDIO, *HEALTH, *API]
# What the office desk's own address shows to those who have another page of the desk: the way there.
SENT_ON = {("office.people", "trainer_u1"): 302, ("office.people", "inspector"): 302}
SENT_ON |= {("practising.door", name): 302 for name in ("learner_u1", "learner_u2")}
