"""A bank as a Common Cartridge 1.3: lessons as pages of HTML, questions as quizzes in QTI 1.2."""

from urllib.parse import quote

from learning.content.exchange.bank import Bank, BankLesson, BankQuestion, Skipped
from learning.content.exchange.markup_writing import Writer
from learning.content.exchange.packing import checked, text, zipped
from learning.content.exchange.qti_names import LESSON, identifier_of, key_of, made_up
from learning.content.exchange.shapes import shown

CP = "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest"
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_PROFILES = {
    "single": "cc.multiple_choice.v0p1",
    "multiple": "cc.multiple_response.v0p1",
    "true-false": "cc.true_false.v0p1",
    "text": "cc.fib.v0p1",
}
_NO_KIND = "Common Cartridge không có loại câu này (chỉ có chọn một, chọn nhiều, đúng/sai, trả lời ngắn)."


def write(bank: Bank) -> tuple[bytes, tuple[Skipped, ...]]:
    """Lessons as pages and questions as quizzes of a Common Cartridge 1.3, and what it cannot carry."""
    return _Writer(bank, lambda path: f"../{quote(path)}", lessons=True).written()


class _Writer(Writer):
    def file(self) -> bytes:
        self.count = 0  # of questions
        files: dict[str, bytes] = {}
        items, resources = [], []
        for number, lesson in enumerate(self.bank.lessons, 1):
            title = lesson.title or self.bank.title
            if lesson.body:
                path = f"lessons/lesson-{number}.html"
                files[path] = self.html(title, lesson).encode()
                name = self.identifier(lesson) or f"L{number}"
                items.append(_item(name, title))
                resources.append(_resource(name, "webcontent", path))
            quiz = self.quiz(f"Q{number}", title, lesson)
            if quiz:
                path = f"quizzes/quiz-{number}.xml"
                files[path] = checked(quiz)
                items.append(_item(f"Q{number}", title))
                resources.append(_resource(f"Q{number}", "imsqti_xmlv1p2/imscc_xmlv1p3/assessment", path))
        shown_files = b"".join(files.values()).decode()
        for number, (path, data) in enumerate(self.bank.media.items(), 1):
            if f"../{quote(path)}" in shown_files:
                files[path] = data
                resources.append(_resource(f"M{number}", "webcontent", path))
        manifest = (
            f'<manifest xmlns="{CP}" xmlns:lomimscc="{LOM}" identifier="manifest"><metadata>'
            "<schema>IMS Common Cartridge</schema><schemaversion>1.3.0</schemaversion>"
            f'<lomimscc:lom><lomimscc:general><lomimscc:title><lomimscc:string language="{text(self.bank.language)}">'
            f"{text(self.bank.title)}</lomimscc:string></lomimscc:title></lomimscc:general></lomimscc:lom></metadata>"
            '<organizations><organization identifier="organization" structure="rooted-hierarchy">'
            f'<item identifier="root">'
            f"{''.join(items)}</item></organization></organizations><resources>{''.join(resources)}</resources></manifest>"
        )
        return zipped({"imsmanifest.xml": checked(manifest), **files})

    def identifier(self, lesson: BankLesson) -> str:
        """Of the resource, by the lesson's key: its prefix keeps it apart from all others of the manifest."""
        return identifier_of(f"{LESSON}{lesson.key}") if lesson.key else ""

    def html(self, title: str, lesson: BankLesson) -> str:
        return (
            f'<!DOCTYPE html>\n<html lang="{text(self.bank.language)}"><head><meta charset="utf-8"/>'
            f"<title>{text(title)}</title></head><body>{self.page.body(lesson.body)}</body></html>\n"
        )

    def quiz(self, name: str, title: str, lesson: BankLesson) -> str:
        items = "".join(self.item(question) for question in lesson.questions)
        if not items:
            return ""
        return (
            f'<questestinterop xmlns="{QTI}"><assessment ident="{name}" title="{text(title)}"><qtimetadata>'
            f"{_field('cc_profile', 'cc.exam.v0p1')}{_field('qmd_assessmenttype', 'Examination')}</qtimetadata>"
            f'<section ident="root_section">{items}</section></assessment></questestinterop>'
        )

    def item(self, question: BankQuestion) -> str:
        profile = _PROFILES.get(question.kind)
        if profile is None:
            self.losses.add(question, _NO_KIND)
            return ""
        for held, what in (
            (question.hints, "gợi ý"),
            (question.tags, "thẻ"),
            (question.shuffle is not None, "“Trộn”"),
        ):
            if held:
                self.losses.add(question, f"Common Cartridge không có {what} của câu hỏi.")
        self.count += 1
        ident = question.key if key_of(question.key) else made_up(self.count)
        answer, feedbacks = self.typed(question) if question.kind == "text" else self.chosen(question)
        if question.explanation:
            feedbacks["general_fb"] = question.explanation
        told = "".join(
            f'<itemfeedback ident="{name}"><flow_mat>{_material(self.page.block(said_text))}</flow_mat></itemfeedback>'
            for name, said_text in feedbacks.items()
        )
        general = (
            '<respcondition continue="Yes"><conditionvar><other/></conditionvar>'
            '<displayfeedback feedbacktype="Response" linkrefid="general_fb"/></respcondition>'
            if question.explanation
            else ""
        )
        presented, conditions = answer
        return (
            f'<item ident="{text(ident)}" title="{text(question.title or shown(question))}"><itemmetadata><qtimetadata>'
            f"{_field('cc_profile', profile)}{_field('cc_weighting', f'{question.points:f}')}"
            "</qtimetadata></itemmetadata>"
            f"<presentation>{_material(self.page.block(question.stem))}{presented}</presentation>"
            '<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
            f"{general}{conditions}</resprocessing>{told}</item>"
        )

    def chosen(self, question: BankQuestion) -> tuple[tuple[str, str], dict[str, str]]:
        if question.kind == "true-false":
            names = ("True", "False") if self.bank.language == "en" else ("Đúng", "Sai")
            options = [
                (names[0], question.answer is True, question.feedback),
                (names[1], question.answer is False, question.feedback),
            ]
        else:
            options = [(one.text, one.right, one.feedback) for one in question.options]
        cardinality = "Multiple" if question.kind == "multiple" else "Single"
        labels = "".join(
            f'<response_label ident="A{n}">{_material(self.page.leaf(option))}</response_label>'
            for n, (option, _, _) in enumerate(options, 1)
        )
        feedbacks = {f"A{n}_fb": told for n, (_, _, told) in enumerate(options, 1) if told}
        conditions = "".join(
            f'<respcondition continue="Yes"><conditionvar>{_equal(f"A{n}")}</conditionvar>'
            f'<displayfeedback feedbacktype="Response" linkrefid="A{n}_fb"/></respcondition>'
            for n in range(1, len(options) + 1)
            if f"A{n}_fb" in feedbacks
        )
        right = [_equal(f"A{n}") for n, (_, is_right, _) in enumerate(options, 1) if is_right]
        if question.kind == "multiple":
            wrong = [
                f"<not>{_equal(f'A{n}')}</not>"
                for n, (_, is_right, _) in enumerate(options, 1)
                if not is_right
            ]
            variables = f"<and>{''.join([*right, *wrong])}</and>"
        else:
            variables = "".join(right)
        conditions += _scored(variables)
        presented = (
            f'<response_lid ident="response1" rcardinality="{cardinality}"><render_choice>{labels}'
            "</render_choice></response_lid>"
        )
        return (presented, conditions), feedbacks

    def typed(self, question: BankQuestion) -> tuple[tuple[str, str], dict[str, str]]:
        link = (
            '<displayfeedback feedbacktype="Response" linkrefid="correct_fb"/>' if question.feedback else ""
        )
        conditions = _scored("".join(_equal(text(accepted)) for accepted in question.accepted), link)
        presented = (
            '<response_str ident="response1" rcardinality="Single"><render_fib><response_label ident="answer1"/>'
            "</render_fib></response_str>"
        )
        return (presented, conditions), {"correct_fb": question.feedback} if question.feedback else {}


def _item(name: str, title: str) -> str:
    return f'<item identifier="i-{name}" identifierref="{name}"><title>{text(title)}</title></item>'


def _resource(name: str, kind: str, path: str) -> str:
    href = text(quote(path))
    at = f' href="{href}"' if kind == "webcontent" else ""
    return f'<resource identifier="{name}" type="{kind}"{at}><file href="{href}"/></resource>'


def _field(label: str, entry: str) -> str:
    return f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{text(entry)}</fieldentry></qtimetadatafield>"


def _material(html: str) -> str:
    return f'<material><mattext texttype="text/html">{text(html)}</mattext></material>'


def _equal(value: str) -> str:
    return f'<varequal respident="response1">{value}</varequal>'


def _scored(variables: str, also: str = "") -> str:
    return (
        f'<respcondition continue="No"><conditionvar>{variables}</conditionvar>'
        f'<setvar action="Set" varname="SCORE">100</setvar>{also}</respcondition>'
    )
