"""Which purchases a list shows. Source: contract section 6, Filters; section 1, the parameters of reading."""

import pytest

from .given import (
    ABROAD,
    DASHED_UUIDS,
    EST,
    ESTIMATE,
    EURO,
    LOCKED,
    NO_UUID,
    NOBODY,
    NOWHERE,
    OTHER_PHASE,
    PHASE,
    PURCHASES,
    REAL,
    SUPPLIER,
    UUID,
    WAYS,
    WEBSITE,
    asked,
    bought,
    called,
    created,
    entered,
    found,
    homs_order,
    is_refused,
    listed,
    no_trace,
    parsed,
    read,
    refused,
    shown,
    updated,
)


async def test_a_stranger_and_a_neighbour_find_nothing_of_ours(synergist, neighbour):
    row = await created(synergist, poDescription="ours alone")
    refused(await asked(synergist, search="ours alone", **NOBODY), 404001)

    assert await listed(neighbour, search="ours alone") == []
    assert await listed(neighbour, uuid=row["poUuid"]) == []
    assert row["poInternal"] not in await listed(neighbour)


async def test_a_phase_shows_its_purchases(synergist):
    other, website = (
        await entered(synergist, poJobandPhase=OTHER_PHASE),
        await entered(synergist, poJobandPhase=WEBSITE),
    )

    assert await listed(synergist, jobphase=PHASE) == [REAL, ESTIMATE, EURO]
    assert await listed(synergist, jobphase=OTHER_PHASE) == [other]
    assert await listed(synergist, jobphase=WEBSITE) == [website]


async def test_a_job_shows_the_purchases_of_all_its_phases(synergist):
    other, website = (
        await entered(synergist, poJobandPhase=OTHER_PHASE),
        await entered(synergist, poJobandPhase=WEBSITE),
    )

    assert await listed(synergist, job="1/00001076") == [REAL, ESTIMATE, EURO, other]
    assert await listed(synergist, job="1/00000543") == [website]
    assert await listed(synergist, job="1/00002001") == []


async def test_a_job_and_a_phase_are_matched_exactly(synergist):
    for odd in ("1/0000107", "1/000010760", "00001076", "1/00001076.", "1/0000107_", "1/%", "%", "*", "1/00001076.002"):
        assert await listed(synergist, job=odd) == [], odd
    for odd in (
        "1/00001076",
        "1/00001076.00",
        "1/00001076.0021",
        "00001076.002",
        "1/00001076.00_",
        "%",
        "*",
        "1\\00001076.002",
    ):
        assert await listed(synergist, jobphase=odd) == [], odd


async def test_a_supplier_shows_its_purchases(synergist):
    assert await listed(synergist, supplier=SUPPLIER) == [REAL, ESTIMATE, EURO]
    assert await listed(synergist, supplier="SUP-1") == [LOCKED]
    for odd in ("1/AAMATT", "1/AAMATT22", "AAMATT2", "%", "A A Matthews", "1/AAMATT_"):
        assert await listed(synergist, supplier=odd) == [], odd


async def test_a_uuid_shows_its_purchase(synergist):
    row = await created(synergist)

    assert await listed(synergist, uuid=UUID) == [REAL]
    assert await listed(synergist, uuid=row["poUuid"]) == [row["poInternal"]]
    for spelled in DASHED_UUIDS:
        assert await listed(synergist, uuid=spelled) == [REAL]


async def test_an_unknown_or_malformed_uuid_shows_nothing(synergist):
    """Ruling: it matches nothing, as any other filter value that nothing has."""
    for odd in (NO_UUID, "x", UUID[:-1], UUID + "0", "0", "null", "%", "ž" * 32, "{" + UUID + "}x"):
        told = read(await asked(synergist, uuid=odd))
        assert (told["totalrows"], told["data"]) == (0, []), odd


@pytest.mark.parametrize("field", ["poDescription", "poTheirRef"])
async def test_a_search_finds_a_part_of_a_text_in_any_case(synergist, field):
    purchase = await entered(synergist, **{field: "Größe des KATALOGS, žluťoučký"})

    for text in ("Katalog", "katalogs", "DES KATALOGS", "größe des katalogs, žluťoučký", "ŽLUŤOUČKÝ", ",", "ß"):
        assert purchase in await listed(synergist, search=text), text
    assert await listed(synergist, search="Katalogs  žluť") == []


async def test_a_search_finds_a_part_of_the_number_that_is_shown(synergist, demo_homs):
    assert await listed(synergist, search="012082") == [REAL]
    assert await listed(synergist, search="01208") == [REAL, EURO]
    assert await listed(synergist, search="po-lock") == [LOCKED]
    estimate = await entered(synergist)
    assert await listed(synergist, search=EST) == [ESTIMATE, estimate]
    assert await listed(synergist, search="{est") == [ESTIMATE, estimate]


async def test_a_search_does_not_find_what_is_not_shown_as_the_number(synergist, demo_homs):
    code = (await homs_order(demo_homs, ESTIMATE))["code"]

    assert ESTIMATE not in await listed(synergist, search=code)
    assert await listed(synergist, search=code) == []


async def test_a_search_does_not_look_anywhere_else(synergist):
    await updated(synergist, REAL, poOrderText="only in the order text")

    for text in ("only in the order text", SUPPLIER, "A A Matthews", PHASE, UUID, str(REAL)):
        assert await listed(synergist, search=text) == [], text


async def test_a_search_has_no_wildcards(synergist):
    purchase = await entered(synergist, poDescription="100% of_it (a.b*c) \\ ^$[x]")

    for text in ("100% of_it", "%", "_", "\\", "(a.b*c)", "^$[x]", ".b*"):
        assert await listed(synergist, search=text) == [purchase], text
    for text in ("100_ of", "a%c", "a.*c", "o__it", "1.0"):
        assert await listed(synergist, search=text) == [], text


async def test_times_are_unix_seconds_of_the_last_change_and_inclusive(synergist, demo_book):
    for number, purchase in enumerate(PURCHASES):
        await demo_book.desk.pool.execute(
            "update orders set modified_at = to_timestamp($3) where tenant_id = $1 and id = $2",
            demo_book.tenant_id,
            purchase,
            1_600_000_000 + 10 * number + 0.75,
        )
    assert [record["poTimeStampModified"] for record in await found(synergist)] == [
        1_600_000_000 + 10 * number for number in range(4)
    ]
    for first, last, expected in (
        (1_600_000_000, None, PURCHASES),
        (1_600_000_001, None, PURCHASES[1:]),
        (1_600_000_010, None, PURCHASES[1:]),
        (1_600_000_011, None, PURCHASES[2:]),
        (None, 1_600_000_030, PURCHASES),
        (None, 1_600_000_029, PURCHASES[:3]),
        (None, 1_600_000_020, PURCHASES[:3]),
        (None, 1_600_000_019, PURCHASES[:2]),
        (1_600_000_010, 1_600_000_020, PURCHASES[1:3]),
        (1_600_000_010, 1_600_000_010, PURCHASES[1:2]),
        (1_600_000_011, 1_600_000_019, ()),
        (1_600_000_020, 1_600_000_010, ()),
        (0, 0, ()),
        (-1, None, PURCHASES),
        (None, 99_999_999_999, PURCHASES),
    ):
        assert await listed(synergist, timestampfrom=first, timestampto=last) == list(expected), (first, last)


async def test_a_client_synchronises_by_the_time_of_its_last_look(synergist):
    (latest,) = {record["poTimeStampModified"] for record in [await updated(synergist, EURO, poCost=1)]}

    assert await listed(synergist, timestampfrom=latest) == [EURO]
    assert EURO not in await listed(synergist, timestampto=latest - 1)


@pytest.mark.parametrize("name", ["timestampfrom", "timestampto"])
async def test_a_time_that_is_no_whole_number_is_refused(synergist, demo_book, name):
    async with no_trace(demo_book):
        for odd in ("x", "1.5", "2025-03-01", "1e9", "NaN", "12x", "--1", "true", "0x10"):
            refused(await asked(synergist, **{name: odd}), naming=name)


@pytest.mark.parametrize("name", ["timestampfrom", "timestampto"])
async def test_a_time_without_end_is_no_server_error(synergist, name):
    for odd in ("9" * 12, "9" * 15, "9" * 19, "9" * 40, "-" + "9" * 19, "9" * 5000):
        is_refused(await asked(synergist, **{name: odd}))


# Together


async def test_filters_narrow_one_another(synergist):
    abroad = await entered(synergist, poJobandPhase=ABROAD, poDescription="Paper abroad")

    assert await listed(synergist, search="paper") == [EURO, abroad]
    assert await listed(synergist, search="paper", job="1/00002001") == [abroad]
    assert await listed(synergist, search="paper", jobphase=PHASE, supplier=SUPPLIER) == [EURO]
    assert await listed(synergist, jobphase=PHASE, job="1/00002001") == []
    assert await listed(synergist, jobphase=PHASE, supplier="SUP-1") == []
    assert await listed(synergist, uuid=UUID, jobphase=PHASE, search="012082", supplier=SUPPLIER) == [REAL]
    stamp = (await shown(synergist, abroad))["poTimeStampModified"]
    assert await listed(synergist, timestampfrom=stamp, search="paper") == [abroad]
    assert await listed(synergist, view="-2004", timestampto=stamp - 1, search="paper", sort="SENT") == [EURO]


async def test_every_pair_of_filters_narrows(synergist):
    stamp = (await shown(synergist, REAL))["poTimeStampModified"]
    matching = {
        "job": "1/00001076",
        "jobphase": PHASE,
        "supplier": SUPPLIER,
        "uuid": UUID,
        "search": "012082",
        "timestampfrom": stamp,
        "timestampto": stamp,
        "purchase": REAL,
    }
    failing = {
        "job": "1/00000543",
        "jobphase": OTHER_PHASE,
        "supplier": "SUP-1",
        "uuid": NO_UUID,
        "search": "nothing has this",
        "timestampfrom": stamp + 1,
        "timestampto": stamp - 1,
    }
    assert await listed(synergist, **matching) == [REAL]
    for name, value in failing.items():
        told = read(await asked(synergist, **matching | {name: value}))
        assert (told["totalrows"], told["totalpages"], told["data"]) == (0, 1, []), name
        assert await listed(synergist, purchase=REAL, **{name: value}) == [], name


async def test_a_purchase_that_exists_but_is_filtered_out_is_no_error(synergist):
    """Ruling: the purchase exists, so the answer is an empty list."""
    told = read(await asked(synergist, purchase=REAL, jobphase=WEBSITE))

    assert (told["totalrows"], told["data"]) == (0, [])


async def test_a_purchase_that_does_not_exist_is_an_error_whatever_else_is_asked(synergist):
    for filters in ({}, {"jobphase": PHASE}, {"search": "x"}, {"rows": 1}, {"view": "-2004"}):
        refused(await asked(synergist, purchase=NOWHERE, **filters))


async def test_the_filters_of_other_areas_are_ignored(synergist):
    for name in ("client", "clientcontact", "suppliercontact", "workflow"):
        assert await listed(synergist, **{name: "nothing has this"}) == list(PURCHASES)
        assert await listed(synergist, **{name: ["1", "2"]}) == list(PURCHASES)


async def test_what_nothing_has_is_an_empty_list(synergist):
    for name in ("job", "jobphase", "supplier", "uuid", "search"):
        told = read(await asked(synergist, **{name: "nothing has this"}))
        assert (told["totalrows"], told["totalpages"], told["data"]) == (0, 1, [])


@pytest.mark.parametrize("name", ["job", "jobphase", "supplier", "uuid", "search"])
async def test_odd_texts_in_filters_are_no_server_error(synergist, demo_book, name):
    odd = ("\0", "a\0b", "'", '"', "\\", "' or '1'='1", "x" * 5000, "\ufffd", "😀" * 50, "\u202e", "$1", "%", "\n")
    async with no_trace(demo_book):
        for text in odd:
            for how in WAYS:
                answer = await called(synergist, how, **{name: text})
                assert is_refused(answer) or parsed(answer)["data"] in ([], await found(synergist, search="%")), text


async def test_filters_work_alike_in_every_way_of_calling(synergist):
    for how in WAYS:
        told = read(await called(synergist, how, jobphase=PHASE, search="brochure", supplier=SUPPLIER))
        assert [record["poInternal"] for record in told["data"]] == [REAL]


async def test_a_filter_acts_on_what_is_shown_now(synergist):
    purchase = await bought(synergist, poDescription="first")
    await updated(synergist, purchase, poDescription="second")

    assert await listed(synergist, search="first") == []
    assert await listed(synergist, search="second") == [purchase]
    assert purchase not in await listed(synergist, search=EST)
