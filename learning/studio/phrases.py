"""The words of the editor: what its menus offer, what its script says, and CodeMirror's own phrases."""

from learning.content.skeletons import NOTICES, QUESTIONS
from learning.web.i18n import gettext as _


def notices() -> list[tuple[str, str]]:
    words = {
        "note": _("Lưu ý"),
        "source": _("Căn cứ"),
        "example": _("Ví dụ"),
        "case": _("Tình huống"),
    }
    return [(name, words[name]) for name in NOTICES]


def questions() -> list[tuple[str, str]]:
    words = {
        "single": _("Chọn một phương án"),
        "multiple": _("Chọn nhiều phương án"),
        "true-false": _("Đúng hay sai"),
        "text": _("Trả lời ngắn"),
        "number": _("Điền số"),
        "match": _("Ghép cặp"),
        "order": _("Sắp xếp thứ tự"),
        "gaps": _("Điền chỗ trống"),
        "written": _("Tự luận, người chấm"),
    }
    return [(name, words[name]) for name in QUESTIONS]


def words() -> dict[str, str]:
    return {
        "saving": _("Đang lưu…"),
        "saved": _("Đã lưu #"),
        "unsaved": _("Chưa lưu"),
        "offline": _("Mất mạng: giữ trên máy này"),
        "full": _("Máy này không giữ được chữ đang gõ. Đừng đóng trang trước khi có mạng."),
        "stale": _("# vừa lưu một bản khác của trang này. Phần đồng chí gõ được giữ nguyên."),
        "compare": _("So sánh và chọn"),
        "signed_out": _("Phiên đăng nhập đã hết. Chữ đang gõ được giữ trên máy này."),
        "signin": _("Đăng nhập lại"),
        "kept": _("Trên máy này có phần gõ lúc # chưa lưu lên hệ thống."),
        "use": _("Dùng phần đó"),
        "drop": _("Bỏ"),
        "present": _("# cũng đang mở bài này."),
        "bold": _("chữ đậm"),
        "heading": _("Tiêu đề"),
        "past": _("hết hiệu lực"),
        "none_found": _("Không thấy văn bản nào trong sổ."),
        "wordless": _(
            "#: hãy viết vào ô trên ảnh cho thấy gì, hoặc đoạn ghi âm nói gì, rồi bấm Chèn vào bài."
        ),
        "adding": _("Đang thêm tệp…"),
        "not_added": _("Chưa thêm được tệp. Thử lại khi có mạng."),
    }


def editor_words() -> dict[str, str]:
    """CodeMirror's own phrases."""
    return {
        "Find": _("Tìm"),
        "Replace": _("Thay bằng"),
        "next": _("tiếp"),
        "previous": _("trước"),
        "all": _("tất cả"),
        "match case": _("phân biệt hoa thường"),
        "by word": _("cả từ"),
        "regexp": _("biểu thức"),
        "replace": _("thay"),
        "replace all": _("thay tất cả"),
        "close": _("đóng"),
        "Diagnostics": _("Lỗi"),
        "No diagnostics": _("Không có lỗi"),
        "current match": _("chỗ tìm thấy"),
        "on line": _("ở dòng"),
        "replaced match on line $": _("đã thay ở dòng $"),
        "replaced $ matches": _("đã thay $ chỗ"),
    }
