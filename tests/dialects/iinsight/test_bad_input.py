"""What no well-behaved client sends. Every refusal is a 4xx and leaves nothing behind; nothing is a 5xx.

Source: contract sections 1, 5.4 and 6. A text that cannot be decoded, or that no text column holds (NUL), is a bad
value; a body of more than 1 MiB is 413.
"""

import pytest

from .given import (
    CASES,
    CASES_2,
    CLIENT,
    DELETE,
    DEMO,
    FORM,
    LIST,
    LOGIN,
    NEW,
    PASSWORD,
    REFRESH,
    assert_refused,
    basic,
    created,
    ids,
    is_refused,
    logged_in,
    multipart,
    names,
    no_trace,
    parts,
    password_form,
    query,
    refresh_form,
    refreshed,
)

MIB = 1024 * 1024
NO_TEXT = ("%FF", "a%FF", "%C3", "%C3%28", "%C0%80", "%ED%A0%80", "%F4%90%80%80", "%00", "a%00", "%00a", "a%00b")
WRITES = (("POST", NEW), ("DELETE", DELETE))
EACH_WRITE = pytest.mark.parametrize("method, path", WRITES, ids=["new", "delete"])


async def posted(iinsight, path, content, content_type=FORM, method="POST", auth=...):
    """The answer to a body sent as these very bytes."""
    headers = {"Content-Type": content_type}
    return await iinsight.request(method, path, content=content, headers=headers, auth=auth)


async def test_a_strangers_nonsense_is_401(iinsight, demo_book):
    async with no_trace(demo_book):
        for method, path in (("GET", LIST), *WRITES):
            answer = await iinsight.request(method, f"{path}?case_id=%FF&case_id=%00&=&&;", auth=None)
            assert_refused(answer, 401, "unauthorized")
        for content, content_type in (
            (b"\xff\x00", FORM),
            (b"nonsense", "multipart/form-data"),
            (b"{", "application/json"),
        ):
            assert_refused(await posted(iinsight, NEW, content, content_type, auth=None), 401, "unauthorized")
            answer = await posted(iinsight, LOGIN, content, content_type, auth=None)
            assert_refused(answer, 401, "invalid_client")


async def test_nonsense_cannot_reach_the_neighbours_records(iinsight):
    theirs = await created(iinsight.neighbour)

    for asked in (f"purchase_order_id={theirs}", f"record_id={theirs}", f"purchase_order_id={theirs}%00", "tenant=1"):
        assert is_refused(await iinsight.delete(f"{DELETE}?case_id=3&{asked}"))
    assert await ids(iinsight.neighbour) == [theirs]


# The name of a purchase order


async def test_a_name_that_is_no_text_is_refused_and_stores_nothing(iinsight, demo_book):
    async with no_trace(demo_book):
        for text in NO_TEXT:
            answer = await iinsight.post(f"{NEW}?case_id=3&purchase_order={text}")
            assert_refused(answer, 400, "invalid_parameter")


async def test_a_name_in_a_form_that_is_no_text_is_refused_and_stores_nothing(iinsight, demo_book):
    async with no_trace(demo_book):
        for text in (*(each.encode() for each in NO_TEXT), b"\xff", b"a\xc3", b"\x00", b"a\x00b"):
            answer = await posted(iinsight, NEW, b"case_id=3&purchase_order=" + text)
            assert_refused(answer, 400, "invalid_parameter")


async def test_a_name_in_a_multipart_body_that_is_no_text_is_refused_and_stores_nothing(iinsight, demo_book):
    async with no_trace(demo_book):
        for text in (b"\xff", b"a\xc3", b"\xed\xa0\x80", b"\x00", b"a\x00b"):
            answer = await iinsight.post(NEW, files=parts({"case_id": "3", "purchase_order": text}))
            assert_refused(answer, 400, "invalid_parameter")


async def test_a_name_given_twice_differently_is_refused(iinsight, demo_book):
    async with no_trace(demo_book):
        for asked in (
            "purchase_order=a&purchase_order=b",
            "purchase_order=a&purchase_order=",
            "purchase_order=&purchase_order=a",
        ):
            answer = await iinsight.post(f"{NEW}?case_id=3&{asked}")
            assert_refused(answer, 400, "invalid_parameter", "missing_parameter")
        answer = await posted(iinsight, NEW, b"case_id=3&purchase_order=a&purchase_order=b")
        assert_refused(answer, 400, "invalid_parameter")
        content, headers = multipart(("case_id", "3"), ("purchase_order", "a"), ("purchase_order", "b"))
        assert_refused(await iinsight.post(NEW, content=content, headers=headers), 400, "invalid_parameter")


async def test_a_name_given_twice_alike_makes_one_record_at_most(iinsight):
    answer = await iinsight.post(f"{NEW}?case_id=3&purchase_order=a&purchase_order=a")

    assert answer.status_code in (200, 400)
    assert await names(iinsight) == (["a"] if answer.status_code == 200 else [])


async def test_a_broken_percent_escape_is_literal_or_refused(iinsight):
    for text in ("100%", "%", "%4", "%zz", "%u0041"):
        before = await names(iinsight)
        answer = await iinsight.post(f"{NEW}?case_id=3&purchase_order={text}")
        if answer.status_code == 200:
            assert await names(iinsight) == [*before, text]
        else:
            assert_refused(answer, 400, "invalid_parameter")


async def test_a_name_under_another_name_is_missing(iinsight, demo_book):
    async with no_trace(demo_book):
        for name in (
            "Purchase_Order",
            "purchase_order[]",
            "purchase_order%20",
            "purchaseorder",
            "purchase_order%00",
            "name",
        ):
            answer = await iinsight.post(f"{NEW}?case_id=3&{name}=x")
            assert_refused(answer, 400, "missing_parameter", "invalid_parameter")


# Case IDs in the body, and IDs of records


@EACH_WRITE
async def test_a_case_id_in_the_body_is_judged_as_in_the_query(iinsight, demo_book, method, path):
    await created(iinsight)

    async with no_trace(demo_book):
        for text in ("", " ", "0", "-1", "3.0", "abc", "ACB3", "３", "3\n", "3\0", "[3]", "3,1", "9" * 400):
            body = {"case_id": text, "purchase_order": "x"}
            for sent in ({"data": body}, {"files": parts(body)}):
                answer = await iinsight.request(method, path, **sent)
                assert is_refused(answer), text
                assert answer.status_code in (400, 404)


@EACH_WRITE
async def test_different_case_ids_in_one_body_are_refused(iinsight, demo_book, method, path):
    await created(iinsight)
    await created(iinsight, "x", 1)

    async with no_trace(demo_book):
        answer = await posted(iinsight, path, b"case_id=3&case_id=1&purchase_order=x", method=method)
        assert_refused(answer, 400, "invalid_parameter")
        content, headers = multipart(("case_id", "3"), ("case_id", "1"), ("purchase_order", "x"))
        answer = await iinsight.request(method, path, content=content, headers=headers)
        assert_refused(answer, 400, "invalid_parameter")


async def test_digits_without_end_are_no_server_error(iinsight, demo_book):
    await created(iinsight)

    async with no_trace(demo_book):
        for digits in ("9" * 20, "9" * 400, "9" * 5000):
            for method, path in (("GET", LIST), *WRITES):
                assert is_refused(await iinsight.request(method, f"{path}?case_id={digits}&purchase_order=x"))
            for name in ("purchase_order_id", "record_id"):
                answer = await iinsight.delete(f"{DELETE}?case_id=3&{name}={digits}")
                assert answer.status_code in (400, 404)
                assert is_refused(answer)


@pytest.mark.parametrize("name", ["purchase_order_id", "record_id"])
async def test_an_odd_record_id_deletes_nothing(iinsight, demo_book, name):
    number = await created(iinsight)
    written = ("0", "-1", f"-{number}", "１", "٣", "²", "1_0", "0x1", "NaN", "[1]", "%ED%A0%80", "1%0A", f"{number}%00")

    async with no_trace(demo_book):
        for text in (*written, f"{number}+or+1=1", f"{number},{number}", f"%2B{number}", f"{number}e0", "2147483648"):
            answer = await iinsight.delete(f"{DELETE}?case_id=3&{name}={text}")
            assert answer.status_code in (400, 404), text
            assert is_refused(answer)

    assert await ids(iinsight) == [number]


@pytest.mark.parametrize("name", ["purchase_order_id", "record_id"])
async def test_a_record_id_given_twice_differently_deletes_nothing(iinsight, demo_book, name):
    first, second = await created(iinsight, "a"), await created(iinsight, "b")

    async with no_trace(demo_book):
        for one, other in ((first, second), (second, first), (first, ""), ("", first), (first, "abc")):
            answer = await iinsight.delete(f"{DELETE}?case_id=3&{name}={one}&{name}={other}")
            assert_refused(answer, 400, "invalid_parameter", "missing_parameter")
        answer = await posted(iinsight, DELETE, f"case_id=3&{name}={first}&{name}={second}".encode(), method="DELETE")
        assert_refused(answer, 400, "invalid_parameter")

    assert await ids(iinsight) == [first, second]


async def test_a_record_id_given_twice_alike_is_one_id(iinsight):
    first, second = await created(iinsight, "a"), await created(iinsight, "b")

    answer = await iinsight.delete(f"{DELETE}?case_id=3&purchase_order_id={first}&purchase_order_id={first}")

    assert answer.status_code == 200, answer.text
    assert await ids(iinsight) == [second]


# Bodies that cannot be read


BROKEN_MULTIPART = (
    (b"", "multipart/form-data"),
    (b"", "multipart/form-data; boundary=b"),
    (b"case_id=3&purchase_order=x", "multipart/form-data"),
    (b"case_id=3&purchase_order=x", "multipart/form-data; boundary=b"),
    (multipart(("case_id", "3"), ("purchase_order", "x"))[0], "multipart/form-data"),
    (multipart(("case_id", "3"), ("purchase_order", "x"))[0], "multipart/form-data; boundary="),
    (multipart(("case_id", "3"), ("purchase_order", "x"))[0], "multipart/form-data; boundary=other"),
    (multipart(("case_id", "3"), ("purchase_order", "x"))[0][:-20], "multipart/form-data; boundary=b"),
    (b"--b\r\n", "multipart/form-data; boundary=b"),
    (b"--b--\r\n", "multipart/form-data; boundary=b"),
    (b"--b\r\n\r\n3\r\n--b--\r\n", "multipart/form-data; boundary=b"),
    (b"--b\r\nContent-Disposition: form-data\r\n\r\n3\r\n--b--\r\n", "multipart/form-data; boundary=b"),
    (b'--b\r\nContent-Disposition: form-data; name="case_id\r\n\r\n3', "multipart/form-data; boundary=b"),
    (b"--b\r\nno header\r\n\r\n3\r\n--b--\r\n", "multipart/form-data; boundary=b"),
    (b"\xff\xfe\x00" * 100, "multipart/form-data; boundary=b"),
    (b"--b\r\n" * 2000, "multipart/form-data; boundary=b"),
    (b"x", "multipart/form-data; boundary=" + "b" * 3000),
)


@EACH_WRITE
async def test_a_broken_multipart_body_is_refused_and_has_no_effect(iinsight, demo_book, method, path):
    await created(iinsight)

    async with no_trace(demo_book):
        for content, content_type in BROKEN_MULTIPART:
            answer = await posted(iinsight, path, content, content_type, method)
            assert_refused(answer, 400, "missing_parameter", "invalid_parameter")


async def test_a_broken_multipart_body_gives_no_tokens(iinsight, demo_book):
    async with no_trace(demo_book):
        for path in (LOGIN, REFRESH):
            for content, content_type in BROKEN_MULTIPART:
                answer = await posted(iinsight, path, content, content_type, auth=CLIENT)
                assert_refused(answer, 400, "invalid_request")


async def test_a_broken_body_beside_a_whole_query_is_no_server_error(iinsight):
    for content, content_type in (*BROKEN_MULTIPART, (b"\xff\x00&=&&%ff=%00", FORM), (b"{", "application/json")):
        before = await ids(iinsight)
        answer = await posted(iinsight, f"{NEW}?case_id=3&purchase_order=x", content, content_type)
        assert answer.status_code in (200, 400), content
        assert len(await ids(iinsight)) == len(before) + (answer.status_code == 200)


async def test_a_file_in_the_place_of_a_field_is_no_server_error(iinsight, demo_book):
    files = {"case_id": ("case.txt", b"3"), "purchase_order": ("name.bin", b"\xff\x00", "application/octet-stream")}

    async with no_trace(demo_book):
        assert is_refused(await iinsight.post(NEW, files=files))
        login = {name: ("x.txt", value.encode()) for name, value in password_form(password="\0").items()}
        assert is_refused(await iinsight.post(LOGIN, auth=CLIENT, files=login))


@EACH_WRITE
async def test_a_body_that_is_no_form_is_not_read(iinsight, demo_book, method, path):
    await created(iinsight)

    async with no_trace(demo_book):
        for content, content_type in (
            (b"case_id=3&purchase_order=x", "text/plain"),
            (b"case_id=3&purchase_order=x", "application/octet-stream"),
            (b'{"case_id":"3","purchase_order":"x"}', "application/json"),
            (b'{"case_id":3,"purchase_order":"x"}', "application/json"),
            (b"<case_id>3</case_id>", "application/xml"),
            (b"{", "application/json"),
            (b"[" * 100_000, "application/json"),
            (b"case_id=3&purchase_order=x", "nonsense"),
        ):
            answer = await posted(iinsight, path, content, content_type, method)
            assert_refused(answer, 400, "missing_parameter", "invalid_parameter")


async def test_the_content_type_of_a_form_may_have_any_case_and_parameters(iinsight):
    for content_type in ("Application/X-WWW-Form-URLencoded", f"{FORM};charset=utf-8", f"{FORM} ; charset=UTF-8"):
        answer = await posted(iinsight, NEW, "case_id=3&purchase_order=ž".encode(), content_type)
        assert answer.status_code == 200, answer.text

    assert await names(iinsight) == ["ž"] * 3


async def test_a_form_of_nothing_but_separators_is_missing_everything(iinsight, demo_book):
    async with no_trace(demo_book):
        for content in (b"", b"&", b"&&=&=&", b"=", b"%", b"case_id", b"\xff", b"case_id=3;purchase_order=x"):
            answer = await posted(iinsight, NEW, content)
            assert_refused(answer, 400, "missing_parameter", "invalid_parameter")


async def test_ten_thousand_parameters_are_no_server_error(iinsight, demo_book):
    many = "&".join(f"p{number}=x" for number in range(2000))
    body = "&".join(f"p{number}=x" for number in range(10_000)).encode()

    async with no_trace(demo_book):
        assert (await iinsight.get(f"{LIST}?case_id=3&{many}")).status_code in (200, 400, 414)
        assert is_refused(await posted(iinsight, NEW, body))
        content, headers = multipart(*((f"p{number}", "x") for number in range(3000)))
        assert is_refused(await iinsight.post(NEW, content=content, headers=headers))
        assert is_refused(await posted(iinsight, LOGIN, body, auth=CLIENT))


@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=b", "application/json"])
async def test_a_body_over_1_mib_is_413_and_has_no_effect(iinsight, demo_book, content_type):
    await created(iinsight)
    content = b"case_id=3&purchase_order=x&pad=".ljust(MIB + 1, b"x")

    async with no_trace(demo_book):
        for method, path in WRITES:
            answer = await posted(iinsight, f"{path}?case_id=3&purchase_order=x", content, content_type, method)
            assert answer.status_code == 413
            assert is_refused(answer)
        answer = await posted(iinsight, LOGIN, content, content_type, auth=CLIENT)
        assert answer.status_code == 413
        assert is_refused(answer)


async def test_a_body_without_a_length_is_bounded_too(iinsight, demo_book):
    async def pieces():
        yield b"case_id=3&purchase_order=x&pad="
        for _ in range(40):
            yield b"x" * 65_536

    async with no_trace(demo_book):
        answer = await iinsight.post(NEW, content=pieces(), headers={"Content-Type": FORM})

    assert answer.status_code == 413


# The other parameters of the query


async def test_odd_unknown_parameters_are_no_server_error(iinsight, demo_book):
    async with no_trace(demo_book):
        for extra in ("%00=1", "%FF=%FF", "x=%00", "=", "&&&", "x" * 5000, "x[y][z]=1", "%5B%5D=", "?case_id=1"):
            answer = await iinsight.get(f"{LIST}?case_id=3&{extra}")
            assert answer.status_code in (200, 400), extra


async def test_odd_parameters_of_the_case_list_are_refused(iinsight, demo_book):
    for path in (CASES, CASES_2):
        known = ("fields", "status", "sort_col", "sort_type", "search_criteria", "page", "limit")

        async with no_trace(demo_book):
            for name in known:
                rest = "" if name == "fields" else "fields=case_n&"
                for text in ("%FF", "%00", "%C3%28", "%ED%A0%80"):
                    answer = await iinsight.get(f"{path}?{rest}{name}={text}")
                    assert_refused(answer, 400, "invalid_parameter", "missing_parameter")


async def test_no_parameter_of_the_case_list_is_a_server_error(iinsight):
    for path in (CASES, CASES_2):
        known = ("fields", "status", "sort_col", "sort_type", "search_criteria", "page", "limit")
        texts = (
            "",
            "+",
            "%20",
            "0",
            "-1",
            "9" * 400,
            "case_n&{name}=case_number",
            "asc&{name}=asc",
            "%F0%9F%98%80",
            "x" * 5000,
        )

        for name in known:
            rest = "" if name == "fields" else "fields=case_n&"
            for text in texts:
                answer = await iinsight.get(f"{path}?{rest}{name}={text.format(name=name)}")
                assert answer.status_code in (200, 400), (name, text)
            assert (await iinsight.get(f"{path}?{rest}{name}[]=x")).status_code in (200, 400)


async def test_odd_search_criteria_are_no_server_error(iinsight):
    for path in (CASES, CASES_2):
        texts = (
            "[" * 5000,
            '{"case_n":' * 2000,
            '{"case_n":null}',
            '{"case_n":5}',
            '{"case_n":["ACB1"]}',
            '{"case_n":{"a":"b"}}',
            '{"case_n":""}',
            '{"case_n":","}',
            '{"case_n":"\\u0000"}',
            '{"case_n":"\\ud800"}',
            '{"case_n":"a","case_n":"b"}',
            '{"":"x"}',
            '{"case_n":' + "9" * 5000 + "}",
            '{"case_n":NaN}',
            '{"case_n":"' + "%_\\\\" * 500 + '"}',
            '{"case_n":"' + "a," * 2000 + '"}',
            "\ufeff{}",
        )
        for text in texts:
            answer = await iinsight.get(f"{path}?fields=case_n&{query(search_criteria=text)}")
            assert answer.status_code in (200, 400), text[:50]


# Logging in and renewing


async def test_names_and_passwords_that_are_no_text_are_refused(iinsight, demo_book):
    async with no_trace(demo_book):
        for text in ("%FF", "%C3", "%ED%A0%80", "%00", "demo%00"):
            for form in (
                f"grant_type=password&username={text}&password=demo-password",
                f"grant_type=password&username=demo%40example.com&password={text}",
                f"grant_type={text}&username=demo%40example.com&password=demo-password",
            ):
                answer = await posted(iinsight, LOGIN, form.encode(), auth=CLIENT)
                assert answer.status_code in (400, 401), form
                assert is_refused(answer)


async def test_a_user_name_is_not_cut_at_a_nul(iinsight, demo_book):
    async with no_trace(demo_book):
        for form in (password_form(f"{DEMO}\0"), password_form(f"{DEMO}\0x"), password_form(DEMO, f"{PASSWORD}\0")):
            assert is_refused(await iinsight.post(LOGIN, auth=CLIENT, data=form))


async def test_very_long_names_and_passwords_are_refused(iinsight, demo_book):
    long = "x" * 100_000

    async with no_trace(demo_book):
        for form in (password_form(long), password_form(DEMO, long), password_form() | {"grant_type": long}):
            for sent in ({"data": form}, {"files": parts(form)}):
                assert is_refused(await iinsight.post(LOGIN, auth=CLIENT, **sent))


async def test_a_login_field_given_twice_differently_gives_no_tokens(iinsight, demo_book):
    good = "grant_type=password&username=demo%40example.com&password=demo-password"

    async with no_trace(demo_book):
        for extra in ("username=nobody", "password=wrong", "grant_type=refresh_token"):
            for form in (f"{good}&{extra}", f"{extra}&{good}"):
                assert is_refused(await posted(iinsight, LOGIN, form.encode(), auth=CLIENT))


async def test_refresh_tokens_that_are_no_tokens_are_refused(iinsight, demo_book):
    token = (await logged_in(iinsight))["refresh_token"]
    written = (
        "%FF",
        "%00",
        f"{token}%00",
        f"{token}%0A",
        f"+{token}",
        f"{token}+",
        "%ED%A0%80",
        "x" * 100_000,
        "1e400",
    )

    async with no_trace(demo_book):
        for text in written:
            form = f"grant_type=refresh_token&refresh_token={text}"
            answer = await posted(iinsight, REFRESH, form.encode(), auth=CLIENT)
            assert_refused(answer, 400, "invalid_grant", "invalid_request")
        form = f"grant_type=refresh_token&refresh_token={token}&refresh_token={'0' * 40}"
        assert is_refused(await posted(iinsight, REFRESH, form.encode(), auth=CLIENT))

    await refreshed(iinsight, token)


async def test_odd_client_credentials_are_refused(iinsight, demo_book):
    credentials = (
        b"\0",
        b":",
        b"\0:\0",
        b"\xff:\xff",
        b"\xed\xa0\x80:x",
        b"x" * 5000,
        b"x" * 3000 + b":" + b"y" * 3000,
    )

    async with no_trace(demo_book):
        for path, form in ((LOGIN, password_form()), (REFRESH, refresh_form("0" * 40))):
            for each in credentials:
                answer = await iinsight.post(path, auth=None, headers=basic(each), data=form)
                assert_refused(answer, 401, "invalid_client")


async def test_a_json_login_is_taken_or_refused(iinsight):
    answer = await iinsight.post(LOGIN, auth=CLIENT, json=password_form())

    assert answer.status_code in (200, 400)
    for content in (b"{", b"[]", b"null", b"[" * 100_000, b'{"username":{}}', b"\xff"):
        assert is_refused(await posted(iinsight, LOGIN, content, "application/json", auth=CLIENT))
