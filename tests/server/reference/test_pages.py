"""The pages: whole, escaped, and fit for whoever reads them by whatever means."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from tests.probing import FACES, NAMES

from orderloom.server.reference import pages
from orderloom.server.reference.document import Place, document
from orderloom.server.reference.pages import Face
from orderloom.server.reference.site import DEMO_WORDS, WORDS, document_path

VOID = {"meta", "link", "br", "input"}
LOADS = {"link": "href", "script": "src", "img": "src", "iframe": "src"}
TITLES = re.compile(r"h[1-6]")


class Page(HTMLParser):
    """What a page is made of: its elements with their attributes, and the text inside them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(html)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, dict(attrs), [])
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, _, texts in self._open:
            texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes, _ in self.elements if name == tag]

    def texts(self, tag: str) -> list[str]:
        return ["".join(texts) for name, _, texts in self.elements if name == tag]

    @property
    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes, _ in self.elements if "id" in attributes]


def faces(words: dict[str, str]) -> list[Face]:
    place = Place("https://orders.example.com", "1.2.3", words)
    return [
        Face(name, document([face for face in FACES if face.name == name], place), document_path(name))
        for name in NAMES
    ]


DEMO = faces(DEMO_WORDS)
HTML = {
    "index": pages.index(DEMO, demo=True),
    "index of a real book": pages.index(faces(WORDS), demo=False),
    **{face.name: pages.page(face, demo=True) for face in DEMO},
}
PAGES = {name: Page(html) for name, html in HTML.items()}
every_page = pytest.mark.parametrize("name", PAGES)
every_face = pytest.mark.parametrize("face", [pytest.param(face, id=face.name) for face in DEMO])


@every_page
def test_a_page_has_its_landmarks_and_says_its_language(name: str) -> None:
    page = PAGES[name]

    assert page.all("html") == [{"lang": "en"}]
    assert [len(page.all(tag)) for tag in ("header", "main", "footer", "title", "h1")] == [1] * 5
    assert all("aria-label" in nav for nav in page.all("nav"))


@every_page
def test_headings_leave_out_no_step(name: str) -> None:
    in_content = HTML[name][HTML[name].index("<main") :]
    levels = [
        int(tag[1])
        for tag, _, _ in Page(in_content[: in_content.index("</main>") + 7]).elements
        if TITLES.fullmatch(tag)
    ]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@every_page
def test_ids_are_unique_and_links_on_the_page_lead_to_one(name: str) -> None:
    ids = PAGES[name].ids
    targets = [str(link["href"])[1:] for link in PAGES[name].all("a") if str(link["href"]).startswith("#")]
    labels = [
        each
        for _, attributes, _ in PAGES[name].elements
        for key in ("aria-labelledby", "for")
        if (each := attributes.get(key))
    ]

    assert len(set(ids)) == len(ids)
    assert targets
    assert set(targets) | set(labels) <= set(ids)


@every_page
def test_links_to_elsewhere_lead_to_what_the_server_has(name: str) -> None:
    known = {"/docs", *(face.path for face in DEMO), *(face.document_path for face in DEMO)}
    known |= {f"/docs/static/{asset}" for asset in pages.assets()}
    links = [str(each["href"]) for tag in ("a", "link") for each in PAGES[name].all(tag)]

    assert {link for link in links if not link.startswith("#")} <= known


@every_page
def test_nothing_is_loaded_from_elsewhere_and_nothing_runs_that_stands_in_the_page(name: str) -> None:
    page = PAGES[name]
    loaded = [str(each[LOADS[tag]]) for tag in LOADS for each in page.all(tag)]

    assert all(path.startswith("/docs/static/") for path in loaded)
    assert not any(text.strip() for text in page.texts("script"))
    assert not page.all("style")
    for _, attributes, _ in page.elements:
        assert not {key for key in attributes if key == "style" or key.startswith("on")}


@every_page
def test_what_scrolls_can_be_reached_by_the_keyboard_and_has_a_name(name: str) -> None:
    for block in PAGES[name].all("pre"):
        assert block["tabindex"] == "0"
        assert block["aria-label"]


@every_page
def test_every_input_has_a_label(name: str) -> None:
    labelled = {label["for"] for label in PAGES[name].all("label")}

    assert {each["id"] for each in PAGES[name].all("input")} <= labelled


@every_face
def test_every_operation_and_every_shape_is_on_the_page(face: Face) -> None:
    ids = set(PAGES[face.name].ids)

    assert {entry.told["operationId"] for entry in face.operations} <= ids
    assert {f"shape-{name}" for name in face.document["components"]["schemas"]} <= ids


@every_face
def test_an_example_on_the_page_is_the_one_of_the_document(face: Face) -> None:
    shown = PAGES[face.name].texts("pre")
    samples = [sample["source"] for entry in face.operations for sample in entry.told.get("x-codeSamples", ())]

    assert samples
    assert set(samples) <= set(shown)


def test_demo_credentials_are_shown_where_the_demo_book_is_served_alone() -> None:
    secrets = ("demo-password", "demo-token", "demo-secret", "demo-client", "demo@example.com", "demo-key")
    for demo, real in zip(DEMO, faces(WORDS), strict=True):
        assert any(secret in HTML[demo.name] for secret in secrets)
        assert not [secret for secret in secrets if secret in pages.page(real, demo=False)]
    assert not [secret for secret in secrets if secret in HTML["index of a real book"]]


def test_whatever_a_document_says_is_text() -> None:
    face = DEMO[NAMES.index("homs")]
    page = pages.page(face._replace(document=poisoned(face.document)), demo=True)

    assert "<script>alert" not in page
    assert "<script>alert" not in pages.index([face._replace(document=poisoned(face.document))], demo=True)
    Page(page)


def poisoned(value: Any) -> Any:
    """The value with markup in every text but names and references."""
    if isinstance(value, dict):
        kept = ("$ref", "operationId", "type")
        return {key: inner if key in kept else poisoned(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [poisoned(inner) for inner in value]
    return f"{value}\"'><script>alert(1)</script>" if isinstance(value, str) else value


# Colours


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palettes() -> list[dict[str, str]]:
    """The colours by light and in the dark."""
    sheet = pages.assets()["reference.css"][0].decode()
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in sheet.split(":root")[1:3])
    return [light, light | dark]


@pytest.mark.parametrize("palette", palettes(), ids=("light", "dark"))
def test_text_can_be_told_from_what_is_behind_it(palette: dict[str, str]) -> None:
    pairs = [(text, behind) for text in ("text", "quiet", "link", "mark") for behind in ("page", "panel")]
    pairs += [("on-method", method) for method in ("get", "post", "change", "delete")]

    assert [
        (pair, contrast(*(palette[name] for name in pair)))
        for pair in pairs
        if contrast(*(palette[name] for name in pair)) < 4.5
    ] == []
