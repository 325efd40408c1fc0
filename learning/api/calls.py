"""A call of the API: declared once, it routes, checks, answers and describes itself.

Bodies, queries and replies are `msgspec` structs; the same structs make the OpenAPI document, so the two
cannot differ.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

import msgspec
from flask import Blueprint, Response, request

from learning.accounts.visitors import visitor
from learning.api.problems import TYPE, FieldError, Problem, ProblemDocument, problem
from learning.web.i18n import gettext as _

View = TypeVar("View", bound=Callable[..., Any])
Replies = Mapping[int, type[msgspec.Struct] | None]
COMPONENTS = "#/components/schemas/{name}"


@dataclass(frozen=True)
class Call:
    name: str
    method: str
    path: str
    summary: str
    body: type[msgspec.Struct] | None
    query: type[msgspec.Struct] | None
    replies: Replies
    problems: tuple[int, ...]
    public: bool


@dataclass
class Api:
    """The calls of one version, on one blueprint."""

    blueprint: Blueprint
    title: str
    version: str
    calls: list[Call] = field(default_factory=list)

    def call(
        self,
        method: str,
        path: str,
        *,
        replies: Replies,
        body: type[msgspec.Struct] | None = None,
        query: type[msgspec.Struct] | None = None,
        problems: tuple[int, ...] = (),
        public: bool = False,
    ) -> Callable[[View], View]:
        """Declares a call. The view gets the path's values, then `body` and `query` where they are declared, and
        returns a struct (with the first status of `replies`), a pair (struct, status), or a Response.
        Unless `public`, it is only for those signed in. `problems`: statuses beside 400, 401, 415, 422 and 503.
        """
        first = next(iter(replies))
        for type_ in (body, query, *replies.values()):
            if type_ is not None:
                # Looked into now, while there is one thread: see content/model.py.
                msgspec.json.Decoder(type_)

        def decorate(view: View) -> View:
            standard = (() if public else (401,)) + ((415, 422) if body else (422,) if query else ())
            self.calls.append(
                Call(
                    name=view.__name__,
                    method=method,
                    path=path,
                    summary=(view.__doc__ or "").strip().partition("\n")[0],
                    body=body,
                    query=query,
                    replies=replies,
                    problems=tuple(sorted({400, *standard, *problems})),
                    public=public,
                )
            )

            @wraps(view)
            def answer(**values: Any) -> Response:
                if not public and not visitor().is_authenticated:
                    raise Problem(401, _("Gửi kèm mã truy cập còn hạn, hoặc đăng nhập lại."))
                if body is not None:
                    values["body"] = _read_body(body)
                if query is not None:
                    values["query"] = _convert(request.args.to_dict(), query, strict=False)
                return _reply(view(**values), first)

            self.blueprint.add_url_rule(path, view.__name__, answer, methods=[method])
            return view

        return decorate

    def describe(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document."""
        types = {type_ for call in self.calls for type_ in (call.body, *call.replies.values()) if type_}
        ordered: list[type] = sorted({*types, ProblemDocument}, key=lambda type_: type_.__name__)
        schemas, components = msgspec.json.schema_components(ordered, ref_template=COMPONENTS)
        references = dict(zip(ordered, schemas, strict=True))
        paths: dict[str, dict[str, Any]] = {}
        for call in self.calls:
            address = self.blueprint.url_prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", call.path)  # type: ignore[operator]
            paths.setdefault(address, {})[call.method.lower()] = _operation(call, references)
        return {
            "openapi": "3.1.0",
            "info": {"title": self.title, "version": self.version},
            "paths": paths,
            "components": {
                "schemas": components,
                "securitySchemes": {
                    "token": {"type": "http", "scheme": "bearer"},
                    "cookie": {
                        "type": "apiKey",
                        "in": "cookie",
                        "name": "session",
                        "description": "The browser's session; unsafe calls also carry the header X-CSRFToken.",
                    },
                },
            },
        }


def _read_body(type_: type[msgspec.Struct]) -> Any:
    # A form of another site can send text/plain without asking first: only declared JSON is read.
    if request.mimetype != "application/json":
        raise Problem(415, _("Gửi nội dung với Content-Type: application/json."))
    sent = request.get_data()
    try:
        data = msgspec.json.decode(sent)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, _("Nội dung gửi lên không phải JSON đọc được.")) from error
    if b"\\u0000" in sent:  # NUL, which PostgreSQL cannot hold
        raise Problem(422, _("Có giá trị chưa dùng được."))
    return _convert(data, type_)


def _convert(data: Any, type_: type[msgspec.Struct], *, strict: bool = True) -> Any:
    try:
        return msgspec.convert(data, type_, strict=strict)
    except msgspec.ValidationError as error:
        what, _at, where = str(error).partition(" - at `$")
        missing = re.search(r"required field `(\w+)`", what)
        name = missing[1] if missing else where.strip("`.").partition("[")[0]
        message = _("Thiếu giá trị này.") if missing else _("Giá trị chưa đúng kiểu: %(what)s", what=what)
        raise Problem(422, _("Có giá trị chưa dùng được."), [FieldError(name or "body", message)]) from error


def _reply(result: Any, first: int) -> Response:
    if isinstance(result, Response):
        return result
    struct, status = result if isinstance(result, tuple) else (result, first)
    if struct is None:
        return Response(status=status)
    return Response(msgspec.json.encode(struct), status, mimetype="application/json")


def _operation(call: Call, references: Mapping[type, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"<(?:\w+:)?(\w+)>", call.path)
        ],
        "responses": {},
    }
    if call.public:
        operation["security"] = []
    else:
        operation["security"] = [{"token": []}, {"cookie": []}]
    if call.query is not None:
        for info in msgspec.structs.fields(call.query):
            schema, _components = msgspec.json.schema_components([info.type], ref_template=COMPONENTS)
            operation["parameters"].append(
                {"name": info.encode_name, "in": "query", "required": info.required, "schema": schema[0]}
            )
    if call.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": references[call.body]}},
        }
    for status, type_ in call.replies.items():
        content = {"content": {"application/json": {"schema": references[type_]}}} if type_ else {}
        operation["responses"][str(status)] = {"description": "done", **content}
    for status in (*call.problems, 503):
        operation["responses"][str(status)] = {
            "description": "refused",
            "content": {TYPE: {"schema": references[ProblemDocument]}},
        }
    return operation


def explain(error: Problem) -> Response:
    return problem(error.status, error.detail, errors=error.errors)
