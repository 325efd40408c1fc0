"""What is drawn or inserted in a Word file: its pictures are kept, its text boxes given, all else is told."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from learning.content.exchange.media import picture_kind
from learning.content.exchange.word.document import Findings, Span
from learning.content.exchange.word.elements import DRAWING, RELATED, VML, WORD, outside_boxes
from learning.content.exchange.word.package import Package, Relation


@dataclass
class Drawn:
    """What one drawing adds to its paragraph: pictures as spans, and text boxes to be read behind it."""

    spans: list[Span] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)


class Drawings:
    """`media` are the pictures met so far, by their paths in the course."""

    def __init__(self, package: Package, findings: Findings) -> None:
        self.package = package
        self.findings = findings
        self.media: dict[str, bytes] = {}

    def read(self, element: Any, line: int, relations: dict[str, Relation]) -> Drawn:
        """A drawing, a picture or an object in the paragraph `line` of the part that has these relations."""
        return _Drawing(self, line, relations).read(element)


class _Drawing:
    def __init__(self, drawings: Drawings, line: int, relations: dict[str, Relation]) -> None:
        self.package = drawings.package
        self.findings = drawings.findings
        self.media = drawings.media
        self.line = line
        self.relations = relations
        self.made = Drawn()

    def read(self, element: Any) -> Drawn:
        properties = next(iter(outside_boxes(element, "docPr")), None)
        alt = ""
        if properties is not None:
            alt = properties.get("descr", "") or properties.get("title", "")
        found = False
        for child in outside_boxes(element):
            name = child.tag
            if name == WORD + "txbxContent":
                self.made.boxes.append(child)
                found = True
            elif name == DRAWING + "blip" and (
                key := child.get(RELATED + "embed") or child.get(RELATED + "link")
            ):
                found = True
                self.picture(key, alt)
            elif name == VML + "imagedata" and (key := child.get(RELATED + "id")):
                found = True
                self.picture(key, alt or child.get("{urn:schemas-microsoft-com:office:office}title", ""))
            elif (
                name == DRAWING + "graphicData"
                and (sort := child.get("uri", "").rpartition("/")[2]) in _GRAPHICS
            ):
                found = True
                self.findings.skip(self.line, f"{_GRAPHICS[sort]} {self.words_of(child)}", _GRAPHIC_REASON)
            elif name.endswith("}OLEObject"):
                kind = child.get("ProgID", "")
                self.findings.skip(
                    self.line,
                    f"Đối tượng nhúng {kind}",
                    "Đối tượng nhúng không chuyển được; chỉ giữ hình của nó nếu có. Hãy gõ lại phần này.",
                )
                found = True
        if not found and element.tag != WORD + "pict":
            self.findings.skip(self.line, "Hình vẽ", "Hình vẽ bằng công cụ của Word không chuyển được.")
        return self.made

    def picture(self, key: str, alt: str) -> None:
        relation = self.relations.get(key)
        if relation is None or relation.external:
            what = relation.target if relation else alt
            self.findings.skip(
                self.line, f"Hình {what}", "Hình nằm ngoài tệp Word. Hãy chèn hình vào tệp rồi nhập lại."
            )
            return
        data = self.package.part(relation.target)
        name = relation.target.rpartition("/")[2]
        kind = picture_kind(data or b"")
        if data is None or not kind:
            self.findings.skip(
                self.line,
                f"Hình {name} {alt}",
                "Hình không thuộc loại PNG, JPEG, GIF, WebP. Hãy lưu thành PNG rồi chèn lại.",
            )
            return
        path = f"images/{hashlib.sha256(data).hexdigest()[:16]}.{kind}"
        self.media[path] = data
        alt = " ".join(alt.split())
        self.made.spans.append(Span("", code=f"![{alt}]({path})"))

    def words_of(self, element: Any) -> str:
        """The words in a diagram or a chart, which stand in parts of their own."""
        words: list[str] = []
        for child in element.iter():
            for name, key in child.attrib.items():
                relation = self.relations.get(key) if name.startswith(RELATED) else None
                root = self.package.xml(relation.target) if relation and not relation.external else None
                if root is not None:
                    words += (text.text or "" for text in root.iter(DRAWING + "t"))
        return " ".join(words)


_GRAPHICS = {"chart": "Biểu đồ", "diagram": "Sơ đồ SmartArt", "chartex": "Biểu đồ"}
_GRAPHIC_REASON = (
    "Biểu đồ, SmartArt không chuyển được. Hãy chụp thành hình PNG rồi chèn lại, hoặc viết thành lời."
)
