"""The pages that people read, made from the documents. Pure: HTML that needs neither the network nor JavaScript."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import Environment, FileSystemLoader

from orderloom.server.reference import prose
from orderloom.server.reference.document import Document
from orderloom.server.reference.schemas import REF

FOLDER: Final = Path(__file__).parent
UNGROUPED: Final = "Operations"


class Face(NamedTuple):
    """A face as the index tells of it."""

    name: str
    document: Document
    document_path: str

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/docs/{self.name}"

    @property
    def title(self) -> str:
        return str(self.document["info"]["title"])

    @property
    def lead(self) -> str:
        """The first paragraph of its text."""
        return str(self.document["info"]["description"]).partition("\n\n")[0]

    @property
    def groups(self) -> dict[str, list["Entry"]]:
        """Its operations as they stand together."""
        found: dict[str, list[Entry]] = {}
        for entry in self.operations:
            found.setdefault(next(iter(entry.told.get("tags", ())), UNGROUPED), []).append(entry)
        return found

    @property
    def operations(self) -> Iterator["Entry"]:
        for path, methods in self.document["paths"].items():
            for method, told in methods.items():
                yield Entry(method.upper(), path, told)

    @property
    def summaries(self) -> dict[str, str]:
        """What each operation does, by its name."""
        return {entry.told["operationId"]: entry.told["summary"] for entry in self.operations}

    @property
    def first_request(self) -> str:
        """The example to begin with: the first one that reads."""
        entry = next(entry for entry in self.operations if entry.method == "GET" and "x-codeSamples" in entry.told)
        return str(entry.told["x-codeSamples"][0]["source"])

    @property
    def token_line(self) -> str | None:
        """What has to be run before that, where a token is needed."""
        schemes = self.document["components"]["securitySchemes"].values()
        return next((scheme["x-codeSamples"][0]["source"] for scheme in schemes if "x-codeSamples" in scheme), None)


class Entry(NamedTuple):
    """An operation with its method and path."""

    method: str
    path: str
    told: Mapping[str, Any]


def index(faces: Sequence[Face], *, demo: bool) -> str:
    """The page at /docs."""
    return _render("index.html", faces=faces, demo=demo)


def page(face: Face, *, demo: bool) -> str:
    """The page of one face."""
    return _render("face.html", face=face, demo=demo)


def assets() -> dict[str, tuple[bytes, str]]:
    """What the pages need besides themselves: content and type, by file name."""
    return {name: ((FOLDER / "static" / name).read_bytes(), kind) for name, kind in _ASSETS.items()}


_ASSETS: Final = {"reference.css": "text/css; charset=utf-8", "filter.js": "text/javascript; charset=utf-8"}


def _component(reference: str) -> str:
    """The name of the shape that a reference leads to."""
    return reference.removeprefix(REF)


def _bounds(schema: Mapping[str, Any]) -> str:
    """What a value has to keep to, in words."""
    return ", ".join(say.format(schema[key]) for key, say in _BOUNDS.items() if key in schema)


_BOUNDS: Final = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} member",
}

_environment: Final = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {"prose": prose.html, "inline": prose.inline, "component": _component, "bounds": _bounds}


def _render(template: str, **values: Any) -> str:
    return _environment.get_template(template).render(**values)
