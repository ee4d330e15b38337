"""Headers, forms and numbers as they come over the wire."""

import base64
import contextlib

import pytest

from orderloom.wire import exact_json
from orderloom.wire.authorization import Basic, api_key, basic, bearer
from orderloom.wire.forms import MAX_FIELDS, NotAForm, TooManyFields, body_fields, fields
from orderloom.wire.paging import MOST, offset_of, whole


def header(pair: bytes) -> bytes:
    return b"Basic " + base64.b64encode(pair)


def test_basic_splits_at_the_first_colon_and_keeps_the_rest() -> None:
    assert basic(header(b"me:a:b:")) == Basic("me", "a:b:")
    assert basic(header("žofie:heslíčko".encode())) == Basic("žofie", "heslíčko")
    assert basic(b"bAsIc  " + base64.b64encode(b"a:b") + b" ") == Basic("a", "b")
    assert basic(header(b":")) == Basic("", "")


KEY = f"ol_{'k' * 43}"


@pytest.mark.parametrize(
    "text",
    [
        f"Bearer {KEY}".encode(),
        f"bearer  {KEY} ".encode(),
        header(f"me:{KEY}".encode()),
        header(f":{KEY}".encode()),
        header(f"Žofie@example.com:{KEY}".encode()),
    ],
)
def test_a_key_is_a_bearer_token_or_anybodys_password(text: bytes) -> None:
    assert api_key(text) == KEY


@pytest.mark.parametrize(
    "text",
    [
        b"",
        KEY.encode(),
        b"Bearer",
        b"Basic",
        b"Basic !!!",
        b"Bearer ol_",
        f"Bearer {KEY}k".encode(),
        f"Bearer {KEY} {KEY}".encode(),
        f"Basic {KEY}".encode(),
        f"Digest {KEY}".encode(),
        f"Bearer me:{KEY}".encode(),
        header(KEY.encode()),
        header(f"{KEY}:".encode()),
        header(f"me:x{KEY}".encode()),
        header(f"me:a:{KEY}".encode()),
        b"Bearer ol_\xff" + b"k" * 42,
    ],
)
def test_what_has_not_the_form_of_a_key_is_none(text: bytes) -> None:
    assert api_key(text) is None


@pytest.mark.parametrize("text", [None, b"", b"Basic", b"Basic ", b"Basic !!!", b"Bearer YTpi", b"YTpi"])
def test_what_is_no_basic_header_is_none(text: bytes | None) -> None:
    assert basic(text) is None


def test_a_name_without_a_colon_or_bytes_that_are_no_text_are_none() -> None:
    assert basic(header(b"me")) is None
    assert basic(header(b"me:\xff")) is None


def test_bearer_is_a_token_or_none() -> None:
    assert bearer(b"Bearer abc") == "abc"
    assert bearer(b"BEARER  abc ") == "abc"
    for text in (None, b"", b"Bearer", b"Bearer ", b"Basic abc", b"Bearerabc"):
        assert bearer(text) is None


@pytest.mark.parametrize(
    "text, number",
    [
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        ("-5", -5),
        ("9" * 19, MOST),
        ("9" * 5000, MOST),
        ("-" + "9" * 5000, -MOST),
        (str(MOST), MOST),
    ],
)
def test_a_decimal_integer_is_read_and_kept_within_64_bits(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("text", [None, "", " ", "+1", "1.0", "1e3", "1_0", "٣", "\u0661", "--1", "1\n", "0x1", "½"])
def test_what_is_no_decimal_integer_is_none(text: str | None) -> None:
    assert whole(text) is None


def test_the_offset_of_a_page_stays_within_64_bits() -> None:
    assert [offset_of(page, 25) for page in (1, 2, 3)] == [0, 25, 50]
    assert offset_of(MOST, 1000) == MOST


def test_fields_keep_their_order_and_their_repetitions() -> None:
    assert fields(b"a=1&b=&a=2&c&d=%C5%BE+x;y") == [("a", "1"), ("b", ""), ("a", "2"), ("c", ""), ("d", "ž x;y")]
    assert fields(b"a=%FF") == [("a", "\ufffd")]
    assert fields(b"a=%FF", errors="surrogateescape") == [("a", "\udcff")]
    with pytest.raises(TooManyFields):
        fields(b"a=1&" * (MAX_FIELDS + 1))


def part(name: str, value: str, more: str = "") -> str:
    return f'--X\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


MULTIPART = b"multipart/form-data; boundary=X"


def test_a_multipart_body_gives_its_fields() -> None:
    body = part("a", "ž & =") + part("a", "") + "--X--\r\n"
    assert body_fields(MULTIPART, body.encode()) == [("a", "ž & ="), ("a", "")]


def test_a_multipart_body_with_a_file_is_refused_rather_than_read_without_it() -> None:
    body = part("a", "1") + part("b", "2", '; filename="f.txt"') + "--X--\r\n"
    with pytest.raises(NotAForm):
        body_fields(MULTIPART, body.encode())


@pytest.mark.parametrize(
    "body",
    [b"", b"nonsense", b"--X--", part("a", "1").encode(), (part("a", "1") + "--Y--").encode(), b"--X\r\nbroken--X--"],
)
def test_a_broken_multipart_body_is_no_form_or_has_no_fields(body: bytes) -> None:
    with contextlib.suppress(NotAForm):
        assert body_fields(MULTIPART, body) == []


def test_a_multipart_body_without_a_boundary_is_no_form() -> None:
    with pytest.raises(NotAForm):
        body_fields(b"multipart/form-data", b"--X--")


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(TooManyFields):
        body_fields(MULTIPART, (part("a", "1") * (MAX_FIELDS + 1) + "--X--\r\n").encode())


def test_a_body_of_another_type_has_no_fields() -> None:
    for kind in (b"", b"application/json", b"text/plain", b"application/x-www-form-urlencoded2"):
        assert body_fields(kind, b"a=1") == []
    assert body_fields(b"Application/X-WWW-Form-Urlencoded ; charset=utf-8", b"a=1") == [("a", "1")]


@pytest.mark.parametrize("text, number", [("5", 5), ("5.0", 5), ("50e-1", 5), ("-0.0", 0), ("1e18", 10**18)])
def test_a_number_without_a_fraction_is_whole_however_it_is_written(text: str, number: int) -> None:
    found = exact_json.as_whole(exact_json.decode(text))

    assert found == number
    assert type(found) is int


@pytest.mark.parametrize("text", ["5.5", "1e300", "true", '"5"', "null"])
def test_what_is_no_whole_number_stays_as_it_is(text: str) -> None:
    value = exact_json.decode(text)

    assert exact_json.as_whole(value) is value
