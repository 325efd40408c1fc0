"""Style sheets, scripts and pictures: gathered at start, named by their content, compressed once.

All of `static/css` becomes one `/assets/app.<hash>.css`; each script and picture is named in the same way. Scripts
import each other as `"./name.js"`: the hashed name is put in, so that a change reaches all who import it.
They are written into the instance and served by WhiteNoise, which finds the `.br` and `.gz` beside them.
"""

import gzip
import hashlib
import re
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import brotli
from whitenoise import WhiteNoise

from learning.settings import ROOT
from learning.web import scripts
from learning.web.context import App
from learning.web.security import SEALED

STATIC = ROOT / "static"
FIRST = ("tokens.css", "base.css")
LAST = ("media.css", "print.css")
# Of the desks alone: `desk.css`, which learners' pages do not load.
DESK = ("chart.css", "office.css", "rail.css", "reports.css", "studio.css")
ALONE = (
    "asked.css",
    "editor.css",
    "help.css",
    "marking.css",
    "overview.css",
)  # for a few pages: no other loads it
BUNDLES = ("editor.js",)  # `make assets` builds them where Node is; what they do for comfort works without
TEXT = frozenset({".css", ".js", ".svg", ".json", ".webmanifest"})
WORKER = "sw.js"  # has an address of its own: see study/shell.py
WITHIN = "look.js"  # stands in the pages themselves: see scripts.py
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
# `from "./vault.js"`, `import "./vault.js"`, `import("./vault.js")`
IMPORT = re.compile(rb"""(?<![\w.$])((?:from|import)\s*\(?\s*["'])\./([\w-]+\.js)(?=["'])""")


def install(app: App, instance: Path) -> None:
    directory = instance / "assets"
    directory.mkdir(parents=True, exist_ok=True)
    files = _assets(STATIC)
    addresses = {name: f"/assets/{_keep(directory, name, data).name}" for name, data in linked(files).items()}

    def asset(name: str) -> str:
        """The address of an asset: "app.css", "attempt.js", "icon.svg"; "" for a bundle that was not built."""
        return addresses.get(name, "") if name in BUNDLES else addresses[name]

    app.add_template_global(asset)
    app.extensions["assets"] = addresses
    app.extensions["scripts"] = files
    app.jinja_env.globals["look"] = scripts.LOOK
    everything = repr((scripts.LOOK, sorted(addresses.values())))
    app.extensions["look"] = hashlib.sha256(everything.encode()).hexdigest()
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        cast(Any, app.wsgi_app),
        root=str(directory),
        prefix="/assets/",
        allow_all_origins=False,
        immutable_file_test=lambda path, url: bool(HASHED.search(url)),
        add_headers_function=_add_headers,
    )


def stylesheet(folder: Path) -> str:
    """Every component's style sheet in one: tokens and base first, media and print last, the others by name."""
    apart = FIRST + LAST + DESK + ALONE
    middle = sorted(path.name for path in folder.glob("*.css") if path.name not in apart)
    return _joined(folder, (*FIRST, *middle, *LAST))


def linked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same files, each script with the hashed names of those it imports.

    Raises ValueError where a script imports what is not there, or itself by way of others: then neither has a name.
    """
    done: dict[str, bytes] = {}
    for name in files:
        _link(name, files, done, ())
    return done


def _link(name: str, files: Mapping[str, bytes], done: dict[str, bytes], importers: tuple[str, ...]) -> bytes:
    if name in importers:
        raise ValueError(f"scripts import each other: {' → '.join((*importers, name))}")
    if name not in files:
        raise ValueError(f"{importers[-1]} imports {name}: there is no such script")
    if name not in done:

        def hashed(found: re.Match[bytes]) -> bytes:
            inner = found[2].decode()
            return found[1] + b"./" + _hashed(inner, _link(inner, files, done, (*importers, name))).encode()

        script = name.endswith(".js") and name not in BUNDLES
        done[name] = IMPORT.sub(hashed, files[name]) if script else files[name]
    return done[name]


def imports(files: Mapping[str, bytes], *names: str) -> tuple[str, ...]:
    """These scripts and all they import, at once or when needed: names, sorted. `files` as they were written."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [inner.decode() for _, inner in IMPORT.findall(files[name])]
    return tuple(sorted(found))


def _assets(static: Path) -> dict[str, bytes]:
    css = static / "css"
    sheets = {"app.css": stylesheet(css), "desk.css": _joined(css, DESK)} | {
        name: _joined(css, (name,)) for name in ALONE
    }
    modules = {
        path.name: scripts.lean(path.read_text())
        for path in static.glob("js/*.js")
        if path.name not in (WORKER, WITHIN)
    }
    files = [*static.glob("img/*"), *static.glob("built/*.js")]
    return {name: text.encode() for name, text in (sheets | modules).items()} | {
        path.name: path.read_bytes() for path in files
    }


def _joined(folder: Path, names: Iterable[str]) -> str:
    return _lean("\n".join(path.read_text() for name in names if (path := folder / name).exists()))


def _lean(css: str) -> str:
    """Without comments and needless space."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,])\s*", r"\1", css)
    return css.replace(": ", ":").replace(";}", "}").strip()


def _keep(directory: Path, name: str, data: bytes) -> Path:
    """The file under its hashed name, with its compressed sisters. Several processes may do this at once."""
    suffix = Path(name).suffix
    path = directory / _hashed(name, data)
    if not path.exists():
        if suffix in TEXT:
            brotlied, gzipped = _compressed(data)
            _write(Path(f"{path}.br"), brotlied)
            _write(Path(f"{path}.gz"), gzipped)
        _write(path, data)  # last: whoever finds it finds all three
    return path


def _hashed(name: str, data: bytes) -> str:
    return f"{Path(name).stem}.{hashlib.sha256(data).hexdigest()[:12]}{Path(name).suffix}"


@cache
def _compressed(data: bytes) -> tuple[bytes, bytes]:
    return brotli.compress(data), gzip.compress(data, 9, mtime=0)


def _write(path: Path, data: bytes) -> None:
    # Not in the folder itself: another process that starts just now is looking through it.
    with tempfile.NamedTemporaryFile(dir=path.parent.parent, delete=False) as draft:
        draft.write(data)
    draft_path = Path(draft.name)
    draft_path.chmod(0o644)
    draft_path.replace(path)


def _add_headers(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if url.endswith(".svg"):
        headers["Content-Security-Policy"] = SEALED
