"""Every code the checker reports: its severity, whether `--fix` mends it, what it says and what it advises.

Texts are bilingual here, not in the catalogues: the checker also runs where there is no web page.
`{name}` in a text is a parameter of `fault()`; one that is not given stands as `…`.
"""

import re
from dataclasses import dataclass

from learning.content.faults import Fault, Severity


@dataclass(frozen=True)
class Code:
    """`vi` and `en` are pairs of what is wrong and what to do."""

    vi: tuple[str, str]
    en: tuple[str, str]
    severity: Severity = "fault"
    fixable: bool = False


def fault(
    code: str,
    file: str,
    line: int,
    column: int = 1,
    language: str = "vi",
    *,
    severity: Severity | None = None,
    **params: object,
) -> Fault:
    """A Fault with the texts of `code`, filled in with `params`; a missing parameter never raises.

    `severity` overrides the table's where one code has two (L001).
    `expected` may be a key of WORDS ("date", "number", …), which is said in the reader's language.
    """
    entry = CODES[code]
    message, remedy = entry.en if language == "en" else entry.vi
    said = _Said({name: _say(value) for name, value in params.items()})
    if said.get("expected") in WORDS:
        said["expected"] = WORDS[said["expected"]][language == "en"]
    return Fault(
        file=file,
        line=max(line, 1),
        column=max(column, 1),
        code=code,
        severity=severity or entry.severity,
        message=message.format_map(said),
        remedy=remedy.format_map(said),
    )


class _Said(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _say(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_say, value))
    text = re.sub(r"\s+", " ", str(value)).strip()  # a fault is one line
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


LONGEST = 120

# Values of `expected` (F006) and the like: (Vietnamese, English).
WORDS: dict[str, tuple[str, str]] = {
    "text": ("một dòng chữ", "a line of text"),
    "number": ("một số, ví dụ 5 hoặc 12,5", "a number, such as 5 or 12.5"),
    "integer": ("một số nguyên, ví dụ 3", "a whole number, such as 3"),
    "positive": ("một số lớn hơn 0", "a number above 0"),
    "percent": ("một số phần trăm từ 0 đến 100", "a percentage from 0 to 100"),
    "date": ("một ngày như 31/01/2026 hoặc 2026-01-31", "a date such as 31/01/2026 or 2026-01-31"),
    "boolean": ("có hoặc không (true, false)", "yes or no (true, false)"),
    "list": (
        "một danh sách, mỗi dòng một mục, mở đầu bằng dấu -",
        "a list, one item a line, each begun with -",
    ),
    "id": (
        "mã gồm chữ thường không dấu, chữ số và gạch nối, ví dụ dat-01",
        "an id of lower-case letters, digits and hyphens, such as land-01",
    ),
    "slug": (
        "tên gồm chữ thường không dấu, chữ số và gạch nối",
        "a name of lower-case letters, digits and hyphens",
    ),
    "lesson": (
        "địa chỉ một bài của khóa này, không kèm số thứ tự, ví dụ who-decides",
        "the address of a lesson of this course without its number, such as who-decides",
    ),
    "course": ("địa chỉ khóa học dạng linh-vuc/khoa-hoc", "the address of a course, field/course"),
    "no-exam": ("lessons, vì khóa học không có exam.md", "lessons, for the course has no exam.md"),
    "quoted": ('đặt cả giá trị trong dấu "…"', 'the whole value between "…"'),
    "mapping": ("các dòng dạng khóa: giá trị", "lines of the form key: value"),
}

_W: Severity = "warning"

CODES: dict[str, Code] = {
    # --- F: the file and its front matter
    "F001": Code(
        (
            "tệp không phải UTF-8, hoặc có BOM hay xuống dòng kiểu Windows (CRLF)",
            "chạy lại với --fix, hoặc lưu tệp dạng UTF-8, xuống dòng LF",
        ),
        (
            "the file is not UTF-8, or has a BOM or Windows line ends (CRLF)",
            "run again with --fix, or save the file as UTF-8 with LF",
        ),
        fixable=True,
    ),
    "F002": Code(
        ("chữ có dấu ở dạng tổ hợp rời (không phải NFC)", "chạy lại với --fix để ghép dấu vào chữ"),
        ("accented letters are decomposed (not NFC)", "run again with --fix to compose them"),
        fixable=True,
    ),
    "F003": Code(
        ("có ký tự lạ: {what}", "chạy lại với --fix, hoặc gõ lại chỗ này"),
        ("a stray character: {what}", "run again with --fix, or type this place again"),
        fixable=True,
    ),
    "F004": Code(
        (
            "phần khai báo đầu tệp bị thiếu hoặc chưa đóng",
            "mở đầu tệp bằng một dòng ---, các dòng khóa: giá trị, rồi đóng bằng một dòng ---",
        ),
        (
            "the front matter is missing or not closed",
            "begin the file with a line ---, lines key: value, and close with a line ---",
        ),
    ),
    "F005": Code(
        (
            "không có khóa nào tên “{key}” ở đây",
            "có phải ý là “{nearest}”? Sửa lại tên khóa hoặc bỏ dòng này",
        ),
        ("there is no key “{key}” here", "is “{nearest}” meant? Correct the key or remove the line"),
    ),
    "F006": Code(
        ("giá trị “{value}” của “{key}” không dùng được", "cần {expected}"),
        ("the value “{value}” of “{key}” cannot be used", "it needs {expected}"),
    ),
    "F007": Code(
        ("giá trị có dấu hai chấm mà không đặt trong ngoặc kép: {value}", 'đặt cả giá trị trong dấu "…"'),
        ("the value holds a colon and is not quoted: {value}", 'put the whole value between "…"'),
    ),
    "F008": Code(
        (
            "khóa “{key}” ghi hai lần, hoặc dùng ký hiệu & hay * của YAML",
            'giữ một dòng cho mỗi khóa; giá trị bắt đầu bằng & hoặc * thì đặt trong dấu "…"',
        ),
        (
            "the key “{key}” stands twice, or a YAML anchor (&) or alias (*) is used",
            "keep one line a key; quote a value that begins with & or *",
        ),
    ),
    "F009": Code(
        ("thiếu khóa bắt buộc “{key}”", "thêm dòng “{key}: …” vào phần khai báo đầu tệp"),
        ("the required key “{key}” is missing", "add a line “{key}: …” to the front matter"),
    ),
    # --- S: the tree of courses
    "S001": Code(
        ("mã “{id}” đã dùng ở {other}", "đặt mã khác cho tệp mới hơn; không sửa mã của bài đã xuất bản"),
        (
            "the id “{id}” is already used in {other}",
            "give the newer file another id; never change the id of a published lesson",
        ),
    ),
    "S002": Code(
        (
            "tệp này không thuộc khóa học nào hoặc không được bài nào dùng",
            "đặt tên bài dạng 10-ten-bai.md, dẫn tới tệp này trong một bài, hoặc xóa nó",
        ),
        (
            "this file belongs to no course or is used by no lesson",
            "name a lesson like 10-its-name.md, refer to this file in a lesson, or delete it",
        ),
    ),
    "S003": Code(
        ("số thứ tự {number} trùng với {other}", "đổi số ở đầu tên một trong hai tệp, ví dụ {next}"),
        (
            "the number {number} is also that of {other}",
            "change the number in one of the two names, to {next} for example",
        ),
    ),
    "S004": Code(
        (
            "không biết lĩnh vực hoặc đơn vị chủ quản “{name}”",
            "ghi tên đơn vị như trong field.yml hoặc danh sách sở, ngành; lĩnh vực mới cần một tệp field.yml",
        ),
        (
            "the field or owner “{name}” is not known",
            "write the unit as in field.yml or the list of departments; a new field needs a file field.yml",
        ),
    ),
    "S005": Code(
        ("khóa học chưa có bài nào", "thêm ít nhất một bài, ví dụ 10-bai-dau.md"),
        ("the course has no lesson", "add at least one, 10-first-lesson.md for example"),
    ),
    "S006": Code(
        (
            "mã “{id}” từng dùng và đã thôi dùng, hoặc thuộc {other}",
            "đặt mã mới; mã cũ giữ cho kết quả học tập đã ghi",
        ),
        (
            "the id “{id}” was used before and retired, or belongs to {other}",
            "choose a new id; the old one stays with the results recorded under it",
        ),
    ),
    "S007": Code(
        (
            "format.yml ghi phiên bản {version}, phần mềm này đọc đến phiên bản {supported}",
            "nâng cấp phần mềm, hoặc ghi version: {supported}",
        ),
        (
            "format.yml says version {version}; this software reads up to {supported}",
            "upgrade the software, or write version: {supported}",
        ),
    ),
    # --- L: the body of a lesson
    "L001": Code(
        (
            "bài dài: {syllables} chữ, {minutes} phút",
            "tách thành hai bài; một bài nên dưới 600 chữ và 5 phút, không quá 900 chữ",
        ),
        (
            "the lesson is long: {syllables} syllables, {minutes} minutes",
            "split it in two; keep below 600 syllables and 5 minutes, never above 900",
        ),
    ),
    "L002": Code(
        (
            "ghi {minutes} phút nhưng đọc và làm bài hết khoảng {estimate} phút",
            "sửa thời lượng (minutes) cho gần thực tế",
        ),
        (
            "it says {minutes} minutes, but reading and answering take about {estimate}",
            "bring `minutes` nearer to that",
        ),
        _W,
    ),
    "L003": Code(
        ("tiêu đề nhảy từ cấp {before} xuống cấp {level}", "dùng cấp {expected}: dòng bắt đầu bằng {marks}"),
        (
            "the heading jumps from level {before} to level {level}",
            "use level {expected}: begin the line with {marks}",
        ),
    ),
    "L004": Code(
        (
            "có tiêu đề cấp 1 (#) trong thân bài, trong khi tên bài đã là tiêu đề cấp 1",
            "dùng ## cho các mục trong bài",
        ),
        (
            "the body holds a level 1 heading (#), which the title of the page already is",
            "use ## for the parts of a lesson",
        ),
    ),
    "L005": Code(
        (
            "không tìm thấy tệp hình hoặc ghi âm “{target}”",
            "chép hình (png, jpg, gif, webp, avif, svg) hoặc ghi âm (mp3, m4a, ogg, opus) vào thư mục của khóa học, "
            "hoặc sửa đường dẫn",
        ),
        (
            "the file “{target}” of an image or a recording is not there",
            "copy the image (png, jpg, gif, webp, avif, svg) or the recording (mp3, m4a, ogg, opus) into the folder of "
            "the course, or correct the path",
        ),
    ),
    "L006": Code(
        (
            "hình hoặc ghi âm “{target}” nặng {size} KB, quá nặng cho điện thoại",
            "thu nhỏ, cắt ngắn hoặc nén xuống dưới {limit} KB",
        ),
        (
            "the image or recording “{target}” weighs {size} KB, too heavy for phones",
            "shrink, shorten or compress it below {limit} KB",
        ),
        _W,
    ),
    "L007": Code(
        (
            "hình hoặc ghi âm “{target}” thiếu lời mô tả, hoặc lời mô tả “{alt}” không nói lên điều gì",
            "viết trong ngoặc vuông điều cần thấy trong hình, hoặc lời nói trong đoạn ghi âm",
        ),
        (
            "the image or recording “{target}” has no text in its place, or one that says nothing: “{alt}”",
            "say between the brackets what a reader should see in it, or what is said in the recording",
        ),
    ),
    "L008": Code(
        ("liên kết “{target}” không dẫn tới đâu", "sửa tên tệp hoặc tên mục sau dấu #"),
        ("the link “{target}” leads nowhere", "correct the name of the file, or of the part after #"),
    ),
    "L009": Code(
        ("địa chỉ mạng để trần: {target}", "viết thành [tên trang]({target}) để người đọc biết sẽ mở gì"),
        (
            "a bare web address: {target}",
            "write [name of the page]({target}), so that readers know what opens",
        ),
        _W,
    ),
    "L010": Code(
        (
            "HTML thô hoặc liên kết không an toàn: {what}",
            "viết bằng Markdown; liên kết chỉ dùng https, http, mailto, tel hoặc tệp trong khóa học",
        ),
        (
            "raw HTML or an unsafe link: {what}",
            "write it in Markdown; links are https, http, mailto, tel or files of the course",
        ),
    ),
    "L011": Code(
        ("khung nhúng trang ngoài (<{what}>) không dùng được", "thay bằng một liên kết tới trang đó"),
        ("a frame or embed (<{what}>) cannot be used", "put a link to that page instead"),
    ),
    "L012": Code(
        (
            "bảng quá rộng cho điện thoại: {columns} cột, ô dài nhất {longest} ký tự",
            "để tối đa {limit} cột và ô ngắn, hoặc viết thành danh sách",
        ),
        (
            "the table is too wide for a phone: {columns} columns, longest cell {longest} characters",
            "keep to {limit} columns and short cells, or write a list",
        ),
        _W,
    ),
    # --- Q: questions
    "Q001": Code(
        ("câu hỏi hoặc bước thực hành chưa có mã", "chạy lại với --fix để đóng mã, không tự đặt"),
        (
            "the question or step of a practice has no id",
            "run again with --fix to stamp one; do not invent it",
        ),
        fixable=True,
    ),
    "Q002": Code(
        (
            "mã câu hỏi “{id}” đã dùng ở {other}",
            "xóa dòng Mã của câu chép lại rồi chạy với --fix để đóng mã mới",
        ),
        (
            "the question id “{id}” is already used in {other}",
            "delete the Id line of the copy and run with --fix to stamp a new one",
        ),
    ),
    "Q003": Code(
        (
            "mã câu hỏi “{id}” thuộc một câu đã thôi dùng hoặc thuộc khóa học khác",
            "xóa dòng Mã rồi chạy với --fix để đóng mã mới",
        ),
        (
            "the question id “{id}” is that of a retired question or of another course",
            "delete the Id line and run with --fix to stamp a new one",
        ),
    ),
    "Q004": Code(
        (
            "câu “{id}” đã xuất bản là loại {before}, nay thành loại {kind}",
            "xóa dòng Mã rồi chạy với --fix: loại khác là một câu hỏi khác",
        ),
        (
            "question “{id}” was published as {before} and is now {kind}",
            "delete the Id line and run with --fix: another kind is another question",
        ),
    ),
    "Q010": Code(
        ("chưa phương án nào được đánh dấu đúng", "đánh dấu phương án đúng bằng - (x)"),
        ("no option is marked right", "mark the right one with - (x)"),
    ),
    "Q011": Code(
        ("câu chọn một mà có {count} phương án đúng", "chỉ để một - (x), hoặc thêm dòng “Loại: chọn nhiều”"),
        ("a single choice has {count} right options", "keep one - (x), or add a line “Type: multiple”"),
    ),
    "Q012": Code(
        ("lẫn lộn hai kiểu đánh dấu ( ) và [ ] trong một câu", "dùng một kiểu cho mọi phương án của câu"),
        ("( ) and [ ] are mixed in one question", "use one of them for all its options"),
    ),
    "Q013": Code(
        (
            "câu hỏi không có phần trả lời",
            "thêm các phương án - ( ), một dòng = câu trả lời, hoặc Đáp án: Đúng",
        ),
        ("the question has no answer part", "add options - ( ), a line = answer, or Answer: True"),
    ),
    "Q014": Code(
        ("câu chọn có ít hơn hai phương án", "thêm phương án để người học có cái để chọn"),
        ("a choice has fewer than two options", "add options, so that there is something to choose"),
    ),
    "Q015": Code(
        ("phương án “{text}” ghi hai lần", "sửa hoặc bỏ một trong hai"),
        ("the option “{text}” stands twice", "change or remove one of them"),
    ),
    "Q016": Code(
        ("phương án để trống", "viết nội dung phương án hoặc bỏ dòng này"),
        ("an option is empty", "write its text or remove the line"),
    ),
    "Q017": Code(
        (
            "phương án “{text}” nói về các phương án khác trong khi thứ tự bị trộn; nó được giữ nguyên chỗ",
            "nên viết rõ nội dung, hoặc ghi “Trộn: không”",
        ),
        (
            "the option “{text}” speaks of the others while options are shuffled; it is kept in its place",
            "better say what is meant, or write “Shuffle: no”",
        ),
        _W,
    ),
    "Q018": Code(
        (
            "phương án “{text}” chưa có lời giải",
            "thêm một dòng > ngay dưới phương án, nói vì sao đúng hoặc chưa đúng",
        ),
        ("the option “{text}” has no feedback", "add a line > under it that says why it is right or not"),
        _W,
    ),
    "Q019": Code(
        ("có câu hỏi nằm ngoài phần câu hỏi", "đặt câu hỏi sau một dòng “## Câu hỏi”"),
        ("a question stands outside the questions", "put it after a line “## Questions”"),
    ),
    "Q020": Code(
        (
            "chỗ trống và lời đáp không khớp: ({gap})",
            "mỗi chỗ trống (1)____ trong câu cần đúng một dòng (1) = lời đáp",
        ),
        (
            "gaps and answers differ: ({gap})",
            "each gap (1)____ in the text needs exactly one line (1) = answer",
        ),
    ),
    "Q021": Code(
        ("một vế của cặp ghép để trống", "viết đủ hai vế: - vế trái => vế phải"),
        ("one side of a pair is empty", "write both: - left => right"),
    ),
    "Q022": Code(
        (
            "vế “{text}” của cặp ghép ghi hai lần",
            "mỗi vế chỉ xuất hiện một lần, nếu không sẽ có hai cách ghép đúng",
        ),
        (
            "the side “{text}” stands twice",
            "each side may stand once; otherwise two ways of matching would be right",
        ),
    ),
    "Q023": Code(
        ("câu sắp xếp có ít hơn ba mục", "thêm mục, hoặc đổi sang câu chọn"),
        ("an ordering has fewer than three items", "add items, or make it a choice"),
    ),
    "Q024": Code(
        (
            "không đọc được số hoặc sai số “{value}”",
            "viết như 1.500.000 hoặc 12,5 ± 5%; nếu là chữ thì thêm dòng “Loại: trả lời ngắn”",
        ),
        (
            "the number or tolerance “{value}” cannot be read",
            "write as 1.500.000 or 12,5 ± 5%; if it is text, add a line “Type: text”",
        ),
    ),
    "Q025": Code(
        ("khoảng “{value}” không hợp lệ", "viết số nhỏ trước, số lớn sau: 18 .. 20"),
        ("the range “{value}” is not valid", "write the smaller number first: 18 .. 20"),
    ),
    "Q026": Code(
        ("đơn vị “{unit}” khác với “{other}” trong cùng câu", "dùng một đơn vị cho cả câu"),
        (
            "the unit “{unit}” differs from “{other}” in the same question",
            "use one unit in the whole question",
        ),
    ),
    "Q027": Code(
        ("biến “@{name}” chưa được khai báo", "thêm dòng “Biến: {name} = 10..50”, hoặc sửa tên biến"),
        (
            "the variable “@{name}” is not declared",
            "add a line “Variables: {name} = 10..50”, or correct its name",
        ),
    ),
    "Q028": Code(
        (
            "biểu thức “{value}” chia cho 0 hoặc ra số âm ở giá trị đầu mút ({extreme})",
            "thu hẹp khoảng của biến",
        ),
        (
            "“{value}” divides by zero or turns negative at an extreme ({extreme})",
            "narrow the range of the variable",
        ),
    ),
    "Q031": Code(
        ("dấu ngoặc bị bộ gõ Telex đổi thành “{text}”", "chạy lại với --fix, hoặc viết - (x) và - ( )"),
        ("Telex turned the brackets into “{text}”", "run again with --fix, or write - (x) and - ( )"),
        fixable=True,
    ),
    "Q032": Code(
        (
            "câu tự luận chưa có tiêu chí chấm",
            "thêm ít nhất một dòng “Tiêu chí: Nêu đúng nơi tiếp nhận | 2”, sau dấu | là số điểm",
        ),
        (
            "the written question has no criterion",
            "add at least one line “Criterion: Names the right desk | 2”, with the points after |",
        ),
    ),
    "Q033": Code(
        (
            "câu ghi {points} điểm nhưng các tiêu chí cộng lại được {total}",
            "bỏ dòng Điểm (điểm của câu là tổng các tiêu chí), hoặc sửa điểm các tiêu chí",
        ),
        (
            "the question says {points} points, its criteria add up to {total}",
            "remove the line Points (the criteria add up to it), or correct the criteria",
        ),
    ),
    "Q034": Code(
        (
            "không đọc được tiêu chí “{text}”",
            "viết nội dung, dấu | rồi số điểm lớn hơn 0, nhiều nhất 100: “Nêu đúng căn cứ | 1,5”",
        ),
        (
            "the criterion “{text}” cannot be read",
            "write its text, | and points above 0, 100 at most: “Names the right law | 1,5”",
        ),
    ),
    "Q035": Code(
        (
            "câu tự luận có phương án hoặc lời đáp để máy chấm",
            "bỏ các dòng ấy và viết lời đáp mẫu sau “Giải thích:”, hoặc đổi Loại",
        ),
        (
            "a written question has options or answers for the machine to mark",
            "remove those lines and write the model answer after “Explanation:”, or change its Type",
        ),
    ),
    "Q036": Code(
        (
            "câu tự luận có quá {most} tiêu chí",
            "gộp những tiêu chí gần nhau, hoặc tách thành hai câu",
        ),
        (
            "the written question has more than {most} criteria",
            "join those that are alike, or make two questions of it",
        ),
    ),
    # --- P: pools and rules of a quiz
    "P001": Code(
        ("rút {draw} câu nhưng phần này chỉ có {count}", "thêm câu hỏi hoặc giảm số câu rút"),
        ("{draw} questions are drawn, but there are only {count}", "add questions or draw fewer"),
    ),
    "P002": Code(
        (
            "các câu trong phần rút ngẫu nhiên có điểm khác nhau: {points}",
            "cho mọi câu trong phần cùng số điểm, để đề nào cũng như nhau",
        ),
        (
            "questions of a pool have unequal points: {points}",
            "give all of them the same, so that every paper weighs the same",
        ),
    ),
    "P003": Code(
        (
            "không ai đạt được mức {pass_percent}% ở bài này",
            "ghi mức đạt từ 0 đến 100; bài phải có câu hỏi, và ít nhất một câu cho điểm",
        ),
        (
            "nobody can reach {pass_percent}% here",
            "write a pass mark from 0 to 100; there must be questions, and one at least that gives points",
        ),
    ),
    "P004": Code(
        ("chỉ có {seconds} giây cho mỗi câu", "tăng thời gian làm bài, ít nhất {limit} giây mỗi câu"),
        (
            "there are only {seconds} seconds a question",
            "give more time, at least {limit} seconds a question",
        ),
        _W,
    ),
    # --- B: branching scenarios
    "B001": Code(
        ("lựa chọn dẫn tới nút “{target}” không có", "sửa mã sau dấu ->, hoặc thêm nút có mã đó"),
        ("a choice leads to “{target}”, which is not there", "correct the id after ->, or add that node"),
    ),
    "B002": Code(
        ("không có đường nào tới nút “{node}”", "dẫn một lựa chọn tới nút này, hoặc bỏ nó"),
        ("no way leads to the node “{node}”", "lead a choice to it, or remove it"),
    ),
    "B003": Code(
        (
            "tình huống không có kết thúc, hoặc nút “{node}” không có lựa chọn lẫn kết thúc",
            "thêm dòng “Kết thúc: đạt” hoặc “Kết thúc: không đạt”",
        ),
        (
            "the scenario has no ending, or “{node}” has neither choice nor ending",
            "add a line “Ending: passed” or “Ending: failed”",
        ),
    ),
    "B004": Code(
        ("từ nút “{node}” chỉ đi vòng, không tới được kết thúc nào", "thêm một lựa chọn dẫn ra kết thúc"),
        ("from “{node}” one only goes round, never to an ending", "add a choice that leads to an ending"),
    ),
    # --- T: practice under a mentor's eyes
    "T001": Code(
        (
            "trang thực hành chưa có bước nào",
            "thêm mục “## Các bước”, dưới đó mỗi bước một tiêu đề ###",
        ),
        (
            "the practice has no step",
            "add a heading “## Steps”, and under it one heading ### for each step",
        ),
    ),
    "T002": Code(
        (
            "bước thực hành “{title}” nằm trong một trang loại khác",
            "ghi “kind: practice” (loai: thực hành) ở đầu tệp, hoặc chuyển bước sang một trang thực hành",
        ),
        (
            "the practice step “{title}” stands in a page of another kind",
            "write “kind: practice” in the front matter, or move the step to a practice",
        ),
    ),
    "T003": Code(
        ("không hiểu minh chứng “{value}”", "ghi một trong: không, ảnh, tệp"),
        ("the evidence “{value}” is not known", "write one of: none, photo, file"),
    ),
    "T004": Code(
        ("trang thực hành có quá {most} bước", "gộp những bước liền nhau, hoặc tách thành hai trang"),
        (
            "the practice has more than {most} steps",
            "join steps that belong together, or make two pages of it",
        ),
    ),
    # --- C: legal sources
    "C001": Code(
        (
            "bài chưa ghi căn cứ",
            "thêm vào đầu tệp: sources: rồi mỗi dòng một văn bản, ví dụ - 31/2024/QH15, Điều 137",
        ),
        (
            "the lesson names no source",
            "add to the front matter: sources: and one document a line, such as - 31/2024/QH15",
        ),
    ),
    "C002": Code(
        ("văn bản “{key}” không có trong sources.yml", "kiểm tra số hiệu, hoặc thêm văn bản vào sources.yml"),
        ("the document “{key}” is not in sources.yml", "check its number, or add it to sources.yml"),
    ),
    "C003": Code(
        (
            "văn bản “{key}” đã hết hiệu lực hoặc bị thay thế ({by})",
            "dẫn văn bản đang có hiệu lực và sửa nội dung cho khớp",
        ),
        (
            "the document “{key}” has expired or been replaced ({by})",
            "cite the one in force and bring the text into line",
        ),
    ),
    "C004": Code(
        (
            "văn bản “{key}” chưa có hiệu lực, đến {date} mới áp dụng",
            "nói rõ trong bài từ ngày nào, hoặc dẫn văn bản đang có hiệu lực",
        ),
        (
            "the document “{key}” is not in force before {date}",
            "say so in the lesson, or cite the one in force",
        ),
        _W,
    ),
}
