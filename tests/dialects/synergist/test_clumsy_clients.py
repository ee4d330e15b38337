"""Clients that are not quite as they should be are understood, or told what is wrong and nothing else."""

import hashlib
import json
import time
from codecs import BOM_UTF8
from decimal import Decimal

import pytest

from .given import (
    AUTH,
    ESTIMATE,
    EURO,
    PASSWORD,
    PATH,
    REAL,
    asked,
    data,
    delete,
    is_gone,
    listed,
    read,
    refused,
    sent,
    shown,
    update,
    updated,
    warnings,
    with_query,
    written,
)


async def posted(client, content, content_type="application/json", in_query=None):
    path = with_query(PATH, in_query) if in_query else PATH
    headers = {"Content-Type": content_type} if content_type else {}
    return await client.request("POST", path, auth=None, content=content, headers=headers)


async def test_asking_for_the_headers_of_a_write_writes_nothing(synergist):
    for action in ("promote", "investment_on"):
        answer = await asked(synergist, method="HEAD", action=action, purchase=ESTIMATE)
        assert (answer.status_code, answer.content) == (404, b"")
    answer = await asked(synergist, method="HEAD", action="delete", input=data({"poInternal": EURO}))
    assert answer.status_code == 404
    assert (await shown(synergist, ESTIMATE))["poRecordVersionNumber"] == 1
    assert not await is_gone(synergist, EURO)
    assert (await asked(synergist, method="HEAD", purchase=REAL)).status_code == 200


async def test_one_member_that_is_wrong_does_not_hide_the_credentials(synergist):
    for wrong in ({"rows": True}, {"purchase": [1]}, {"purchase": {}}, {"action": ["update"]}):
        (name,) = wrong
        refused(await posted(synergist, json.dumps(AUTH | wrong).encode()), naming=name)


async def test_members_that_mean_nothing_may_be_anything(synergist):
    odd = {"trace": {"a": [1]}, "debug": True, "x": None}
    assert read(await posted(synergist, json.dumps(AUTH | {"rows": 2} | odd).encode()))["pagerows"] == 2


@pytest.mark.parametrize("kind", ["text/json", "application/vnd.api+json", "APPLICATION/JSON; charset=utf-8", ""])
async def test_json_is_known_by_whatever_it_is_called(synergist, kind):
    told = read(await posted(synergist, json.dumps(AUTH | {"purchase": REAL}).encode(), kind))
    assert told["data"][0]["poInternal"] == REAL


async def test_a_byte_order_mark_before_the_body_is_passed_over(synergist):
    told = read(await posted(synergist, BOM_UTF8 + json.dumps(AUTH | {"purchase": REAL}).encode()))
    assert told["totalrows"] == 1


async def test_input_may_come_as_a_file(synergist):
    answer = await synergist.request(
        "POST",
        PATH,
        auth=None,
        data=AUTH | {"action": "update"},
        files={"input": ("update.json", data({"poInternal": REAL, "poEstCost": 33}), "application/json")},
    )
    assert written(answer)["data"][0]["poEstRecChgOut"] == Decimal("42.9")


async def test_an_empty_value_in_the_body_wins_over_the_query_too(synergist):
    told = read(await sent(synergist, in_query={"rows": "1"}, rows=""))
    assert (told["pagerows"], len(told["data"])) == (0, 4)
    refused(await sent(synergist, in_query={"password": PASSWORD}, password=""), 404001)


async def test_a_read_only_field_without_meaning_is_ignored_and_named(synergist):
    odd = {"poDateSent": None, "poDateFinalInvoice": 5, "poCompleted": None, "poDateCreated": "x", "poCostDisplay": 0}
    told = written(await update(synergist, {"poInternal": REAL, "poTheirRef": "A-1", **odd}))
    assert warnings(told) == set(odd)
    assert (await shown(synergist, REAL))["poTheirRef"] == "A-1"


async def test_an_identifier_that_is_none_is_told_in_words(synergist):
    for odd in (10**400, 1.5, True, [1], {"a": 1}):
        for name in ("poInternal", "poUuid"):
            text = refused(await update(synergist, {name: odd, "poCost": 1}))
            assert "object at" not in text
            assert "data[0]" in text


async def test_an_empty_identifier_beside_a_good_one_is_none(synergist):
    uuid = (await shown(synergist, REAL))["poUuid"]
    for odd in ("", " ", None):
        told = written(await update(synergist, {"poInternal": odd, "poUuid": f" {uuid} ", "poTheirRef": "B"}))
        assert told["data"][0]["poInternal"] == REAL


async def test_what_looks_like_an_update_deletes_nothing(synergist):
    refused(await delete(synergist, {"poInternal": EURO, "poCost": 5}), naming="poCost")
    assert not await is_gone(synergist, EURO)


async def test_a_phase_is_no_job(synergist):
    assert await listed(synergist, job="1/00001076.002") == []


async def test_a_password_is_hidden_in_whatever_case_it_comes_back(synergist):
    for name in ("action", "purchase"):
        text = refused(await asked(synergist, **{name: f"x{PASSWORD.upper()}y{PASSWORD}"}))
        assert PASSWORD not in text.lower()


async def test_who_has_not_signed_in_does_not_keep_the_server_busy(synergist):
    """A megabyte of numbers takes hundreds of milliseconds to decode with every digit."""
    body = b'{"input":{"data":[' + b"1e9," * 250_000 + b"1]}}"
    began_at = time.perf_counter()
    refused(await posted(synergist, body), 404001)
    assert time.perf_counter() - began_at < 0.2


async def test_errors_of_one_record_and_of_many_tell_its_place(synergist):
    wrong = {"poInternal": REAL, "poCurrencyRate": -1}
    one = refused(await update(synergist, wrong))
    assert one.startswith("data[0]: poCurrencyRate must be more than 0")
    two = refused(await update(synergist, {"poInternal": EURO, "poCost": 1}, wrong))
    assert two.startswith("data[1]: poCurrencyRate must be more than 0")


async def test_a_texts_longest_length_is_told(synergist):
    assert "2000" in refused(await update(synergist, {"poInternal": REAL, "poTheirRef": "x" * 2001}))
    assert (await updated(synergist, REAL, poTheirRef="x" * 2000))["poRecordVersionNumber"] == 17


async def test_of_a_password_and_a_hash_both_have_to_be_right(synergist):
    hashed = hashlib.sha512(PASSWORD.encode()).hexdigest()
    assert read(await asked(synergist, purchase=REAL, sha512password=hashed.upper()))["totalrows"] == 1
    refused(await asked(synergist, purchase=REAL, sha512password="0" * 128), 404002)
    refused(await asked(synergist, purchase=REAL, password="another-one", sha512password=hashed), 404002)
