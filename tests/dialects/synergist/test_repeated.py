"""A write that is sent again with its key is the same write, in whatever form and with whatever credentials."""

import pytest

from .given import AUTH, HASH, NEW, PATH, data, listed, multipart, query, refused, written

CREATE = {"version": "3.3", "company": "1", "action": "create", "input": data(NEW)}
ME = {name: AUTH[name] for name in ("user", "password")}


def in_form(form, parameters):
    """A request with these parameters in this form; a multipart one has another boundary each time."""
    if form == "query":
        return {"path": f"{PATH}?{query(parameters)}"}
    if form == "json":
        return {"path": PATH, "json": parameters}
    if form == "multipart":
        content, headers = multipart(parameters)
    else:
        content, headers = query(parameters), {"Content-Type": "application/x-www-form-urlencoded"}
    return {"path": PATH, "content": content, "headers": headers}


async def once(client, form, parameters, *, auth=None):
    """The answer to a write with a key that is the same each time."""
    request = in_form(form, parameters)
    headers = {**request.pop("headers", {}), "Idempotency-Key": "one"}
    return await client.request("POST", request.pop("path"), auth=auth, headers=headers, **request)


def is_replayed(answer):
    return answer.headers.get("Idempotency-Replayed") == "true"


FORMS = ("query", "form", "multipart", "json")


@pytest.mark.parametrize("forms", [FORMS[:3], FORMS[2::-1], ["json"] * 2], ids=str)
async def test_the_form_of_a_repeated_write_does_not_matter(synergist, forms):
    before = len(await listed(synergist))
    entered = await once(synergist, forms[0], ME | CREATE)
    written(entered)

    for form in forms:
        again = await once(synergist, form, ME | CREATE)
        assert is_replayed(again), (form, again.text)
        assert again.content == entered.content

    assert len(await listed(synergist)) == before + 1


async def test_how_one_signs_in_to_a_repeated_write_does_not_matter(synergist):
    written(await once(synergist, "form", ME | CREATE))

    assert is_replayed(await once(synergist, "form", {"user": ME["user"], "sha512password": HASH} | CREATE))


@pytest.mark.parametrize("form", FORMS)
async def test_nothing_that_is_kept_hangs_on_a_password_beside_a_key(synergist, demo_book, form):
    """A fast hash of it would be an invitation to guess."""
    key = await demo_book.add_key("synergist:write")

    written(await once(synergist, form, ME | CREATE, auth=key))

    assert is_replayed(await once(synergist, form, ME | {"password": "another one"} | CREATE, auth=key))
    assert is_replayed(await once(synergist, form, CREATE, auth=key))


async def test_what_could_not_be_read_is_another_write_than_what_can(synergist):
    before = len(await listed(synergist))
    refused(await once(synergist, "form", ME | CREATE | {"purchase": ["1", "2"]}), naming="twice")

    answer = await once(synergist, "form", ME | CREATE | {"purchase": "1"})

    assert answer.status_code == 422
    assert not is_replayed(answer)
    assert len(await listed(synergist)) == before
