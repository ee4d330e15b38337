"""How values are written in answers and read from records. Source: contract section 3, Encoding."""

import re
import time
from decimal import Decimal

import pytest

from .given import (
    AT_CREATION,
    DETAILS,
    EDITABLE,
    EURO,
    FIELDS,
    MONEY,
    NEW,
    NUMBERS,
    REAL,
    TEXTS,
    UUID,
    act,
    amounts,
    asked,
    assert_plain_numbers,
    bought,
    create,
    created,
    delete,
    entered,
    found,
    no_trace,
    parsed,
    refused,
    sent,
    shown,
    update,
    updated,
    written,
)

DASHED = "ec2bcc05-7040-0345-ac13-0e1140dfb69e"
BAD_NUMBERS = (
    True,
    False,
    None,
    "",
    " ",
    "abc",
    "12a",
    "1,000",
    "1,5",
    "1.000,50",
    "1 000",
    "1'000",
    "1_000",
    "£5",
    "5%",
    "0x10",
    "1.2.3",
    "--1",
    "NaN",
    "nan",
    "sNaN",
    "Infinity",
    "-Infinity",
    "inf",
    "true",
    [],
    [1],
    {},
    {"a": 1},
    1e13,
    -1e13,
    "1e13",
    "10000000000000",
    "-10000000000000",
    10**30,
    "1e999999999999",
)
BAD_BOOLEANS = (None, "", " ", "yes", "on", "wahr", 2, -1, 0.5, [], [True], {}, "2")
BAD_DATES = (
    "2025-02-30",
    "2025-13-01",
    "0000-01-01",
    "01/02/2025",
    "2025-1-2",
    "20250102",
    "2025-01-02T00:00:00",
    "2025-01-02 x",
    "tomorrow",
    "２０２５-01-02",
    5,
    20250102,
    True,
    [],
    ["2025-01-02"],
    {},
)
NULL, HALF = '"a\\u0000b"', '"a\\ud800b"'


async def raw_update(synergist, value, name="poTheirRef"):
    """The answer to an update whose value is this JSON text."""
    text = f'{{"data":[{{"poInternal":{REAL},"{name}":{value}}}]}}'
    return await sent(synergist, action="update", input=text)


# Numbers


async def test_amounts_are_numbers_without_trailing_zeros(synergist):
    change = {"poInternal": REAL, "poCost": "42.90", "poEstCost": "195.00", "poOriginalCost": "0.10"}
    for answer in (
        await update(synergist, change),
        await asked(synergist, purchase=REAL),
        await asked(synergist, modelstructure="purchaseorderdetails"),
    ):
        assert_plain_numbers(answer)
        assert '"poCost":42.9,' in answer.text.replace(": ", ":")
        assert '"poEstCost":195,' in answer.text.replace(": ", ":")
        assert '"poOriginalCost":0.1,' in answer.text.replace(": ", ":")


async def test_large_and_small_amounts_are_written_in_full(synergist):
    for value in ("9999999999999.99", "1000000000000", "0.01", "-0.01", "-9999999999999.99", "123456789012.34"):
        answer = await update(synergist, {"poInternal": REAL, "poOriginalCost": value})
        assert_plain_numbers(answer)
        assert written(answer)["data"][0]["poOriginalCost"] == Decimal(value)
        answer = await asked(synergist, purchase=REAL)
        assert_plain_numbers(answer)
        assert parsed(answer)["data"][0]["poOriginalCost"] == Decimal(value)


@pytest.mark.parametrize("name", MONEY)
async def test_an_amount_may_be_a_number_or_a_numeric_text(synergist, name):
    if name.startswith("poInvestment"):
        await updated(synergist, REAL, poInvest=True)
    for value in (7, 1.14, "1.14", "  1.15\t", "7", "0", 0, "-3.5", -3.5, 12.0, "12.50"):
        row = await updated(synergist, REAL, **{name: value})
        assert row[name] == Decimal(str(value).strip()), value


async def test_a_rate_may_be_a_number_or_a_numeric_text(synergist):
    for value in (2, "1.3", " 1.123456 ", 0.000001, "250"):
        assert (await updated(synergist, EURO, poCurrencyRate=value))["poCurrencyRate"] == Decimal(str(value).strip())


@pytest.mark.parametrize("name", NUMBERS)
async def test_what_is_no_number_is_refused_as_an_amount(synergist, demo_book, name):
    async with no_trace(demo_book):
        for value in BAD_NUMBERS:
            refused(await update(synergist, {"poInternal": EURO, name: value}), naming=name)


@pytest.mark.parametrize("name", [name for name in AT_CREATION if name in NUMBERS])
async def test_what_is_no_number_is_refused_at_creation(synergist, demo_book, name):
    async with no_trace(demo_book):
        for value in BAD_NUMBERS:
            refused(await create(synergist, NEW | {"poCurrencyCode": "1/EUR", name: value}), naming=name)


async def test_nan_and_infinity_are_refused_as_bare_words_too(synergist, demo_book):
    async with no_trace(demo_book):
        for value in ("NaN", "Infinity", "-Infinity", "1e999", "-1e400", "1e13", "0x1", "01", "1.", ".5", "+1"):
            refused(await raw_update(synergist, value, "poCost"))


async def test_an_amount_that_rounds_to_the_limit_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for value in ("9999999999999.995", "-9999999999999.999"):
            refused(await update(synergist, {"poInternal": REAL, "poOriginalCost": value}), naming="poOriginalCost")


async def test_an_amount_whose_consequences_reach_the_limit_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        refused(await update(synergist, {"poInternal": REAL, "poCost": "9999999999999.99"}))
        refused(await update(synergist, {"poInternal": EURO, "poOriginalCost": "9999999999999.99"}))


async def test_an_amount_next_to_nothing_is_nothing(synergist):
    for value in ("1e-400", "0.001", "-0.004", "0.000000000000000000000000000000000001", "-0", "0e99"):
        answer = await raw_update(synergist, value, "poOriginalCost")
        assert '"poOriginalCost":0,' in answer.text.replace(": ", ":"), value


async def test_inputs_are_rounded_half_away_from_zero(synergist):
    for value, kept in (
        ("1.005", "1.01"),
        (1.005, "1.01"),
        ("-1.005", "-1.01"),
        ("2.675", "2.68"),
        ("2.6749999999999999999", "2.67"),
        ("0.005", "0.01"),
        ("1.015", "1.02"),
    ):
        assert (await updated(synergist, REAL, poOriginalCost=value))["poOriginalCost"] == Decimal(kept)
    row = await updated(synergist, EURO, poCurrencyRate="1.2345675")
    assert row["poCurrencyRate"] == Decimal("1.234568")


async def test_the_digits_of_a_number_do_not_pass_through_binary_fractions(synergist):
    answer = await raw_update(synergist, "1234567890123.445", "poOriginalCost")

    assert written(answer)["data"][0]["poOriginalCost"] == Decimal("1234567890123.45")


# Booleans


async def test_booleans_are_true_and_false(synergist):
    record = await shown(synergist, REAL)

    assert record["poInvest"] is False
    assert record["poCompleted"] is False
    assert (await updated(synergist, REAL, poInvest=True))["poInvest"] is True


async def test_a_boolean_may_be_given_as_a_text_or_as_1_and_0(synergist):
    for on, off in ((True, False), ("true", "false"), (1, 0)):
        assert (await updated(synergist, REAL, poInvest=on))["poInvest"] is True
        assert (await updated(synergist, REAL, poInvest=off))["poInvest"] is False


async def test_what_is_no_boolean_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for value in BAD_BOOLEANS:
            refused(await update(synergist, {"poInternal": REAL, "poInvest": value}), naming="poInvest")


# Identifiers


async def test_the_id_is_a_number_and_may_be_given_as_a_number_or_as_digits(synergist):
    for given in (REAL, str(REAL)):
        row = await updated(synergist, given, poEstCost=33)
        assert type(row["poInternal"]) is int
        assert row["poInternal"] == REAL


async def test_an_id_of_another_form_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for odd in (1.5, "1.5", True, None, "", "x", -1, "-1", 0, [], [REAL], {}, 10**30, "9" * 400, "1e3", f"{REAL}x"):
            refused(await update(synergist, {"poInternal": odd, "poCost": 1}))
            refused(await delete(synergist, {"poInternal": odd}))


async def test_the_uuid_is_32_upper_case_digits_without_dashes(synergist):
    row = await created(synergist)

    assert re.fullmatch(r"[0-9A-F]{32}", row["poUuid"])
    for record in await found(synergist):
        assert re.fullmatch(r"[0-9A-F]{32}", record["poUuid"])
    assert len({record["poUuid"] for record in await found(synergist)}) == 5
    assert (await shown(synergist, REAL))["poUuid"] == UUID


async def test_a_uuid_may_be_given_in_any_case_and_with_dashes(synergist):
    for spelled in (UUID, UUID.lower(), DASHED, DASHED.upper(), UUID.title()):
        (row,) = written(await update(synergist, {"poUuid": spelled, "poEstCost": 33}))["data"]
        assert (row["poInternal"], row["poUuid"]) == (REAL, UUID)
        assert (await shown(synergist, spelled))["poInternal"] == REAL
        assert [each["poInternal"] for each in await found(synergist, uuid=spelled)] == [REAL]
        written(await act(synergist, "investment_off", spelled), "Purchase order investment changed. ")


async def test_a_uuid_of_another_form_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for odd in (UUID[:-1], UUID + "0", "G" + UUID[1:], "x", "", None, 5, True, [UUID], {}, "0" * 32, "\u0660" * 32):
            refused(await update(synergist, {"poUuid": odd, "poCost": 1}))
            refused(await delete(synergist, {"poUuid": odd}))


# Stamps


async def test_the_time_of_change_is_whole_unix_seconds(synergist):
    before = int(time.time()) - 1
    row = await updated(synergist, REAL, poEstCost=33)

    assert type(row["poTimeStampModified"]) is int
    assert before <= row["poTimeStampModified"] <= time.time() + 1
    assert type(row["poRecordVersionNumber"]) is int


# Texts


@pytest.mark.parametrize("name", ["poDescription", "poTheirRef", "poOrderText"])
async def test_an_empty_text_clears_and_what_is_unset_is_empty(synergist, name):
    purchase = await entered(synergist)
    await updated(synergist, purchase, **{name: "something"})
    assert (await shown(synergist, purchase))[name] == "something"

    await updated(synergist, purchase, **{name: ""})

    assert (await shown(synergist, purchase))[name] == ""


async def test_unset_texts_are_empty_at_creation(synergist):
    record = await shown(synergist, await entered(synergist))

    for name in ("poOrderText", "poTheirRef", "poCurrencyCode", "poDateRequired", "poDateSent", "poDateFinalInvoice"):
        assert record[name] == ""


@pytest.mark.parametrize("name", ["poDescription", "poTheirRef", "poOrderText"])
async def test_text_of_every_script_survives(synergist, name):
    for text in (*TEXTS, "a line\nand another\r\n."):
        await updated(synergist, REAL, **{name: text})
        assert (await shown(synergist, REAL))[name] == text
        record = await shown(synergist, await entered(synergist, **{name: text}))
        assert record[name] == text


@pytest.mark.parametrize(
    "name, longest",
    [("poDescription", 2000), ("poTheirRef", 2000), ("poOrderText", 100_000)],
    ids=str,
)
async def test_a_text_has_a_longest_length_counted_in_characters(synergist, demo_book, name, longest):
    for text in ("x" * longest, "ž" * longest):
        purchase = await entered(synergist, **{name: text})
        assert (await shown(synergist, purchase))[name] == text
        await updated(synergist, REAL, **{name: text})
        assert (await shown(synergist, REAL))[name] == text
    async with no_trace(demo_book):
        for text in ("x" * (longest + 1), "ž" * (longest + 1)):
            refused(await update(synergist, {"poInternal": REAL, name: text}), naming=name)
            refused(await create(synergist, NEW | {name: text}), naming=name)


@pytest.mark.parametrize("name", ["poDescription", "poTheirRef", "poOrderText"])
async def test_a_text_of_another_type_is_refused(synergist, demo_book, name):
    async with no_trace(demo_book):
        for odd in (True, [], ["x"], {}, {"a": "b"}):
            refused(await update(synergist, {"poInternal": REAL, name: odd}), naming=name)
            refused(await create(synergist, NEW | {name: odd}), naming=name)


@pytest.mark.parametrize("name", ["poDescription", "poTheirRef", "poOrderText"])
async def test_a_text_that_cannot_be_kept_is_refused(synergist, demo_book, name):
    async with no_trace(demo_book):
        for text in (NULL, HALF):
            refused(await raw_update(synergist, text, name))


async def test_a_name_that_cannot_be_kept_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for name in ("a\\u0000b", "a\\ud800b"):
            refused(await raw_update(synergist, "1", name))


# Dates


async def test_a_date_is_written_with_dashes_and_may_be_given_with_strokes(synergist):
    for given in ("2025-03-01", "2025/03/01", "2024-02-29", "9999-12-31", "1900/01/01"):
        await updated(synergist, REAL, poDateRequired=given)
        assert (await shown(synergist, REAL))["poDateRequired"] == given.replace("/", "-")


async def test_an_empty_date_clears(synergist):
    await updated(synergist, REAL, poDateRequired="2025-03-01")
    await updated(synergist, REAL, poDateRequired="")

    assert (await shown(synergist, REAL))["poDateRequired"] == ""


async def test_what_is_no_date_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for odd in BAD_DATES:
            refused(await update(synergist, {"poInternal": REAL, "poDateRequired": odd}), naming="poDateRequired")


async def test_dates_of_answers_have_one_form(synergist):
    await updated(synergist, REAL, poDateRequired="2025/03/01")
    for record in await found(synergist, modelstructure="purchaseorderdetails"):
        for name, (kind, _) in FIELDS.items():
            if kind == "date":
                assert re.fullmatch(r"(\d{4}-\d\d-\d\d)?", record[name], re.ASCII), (name, record[name])


# Types


async def test_every_field_has_its_type_in_every_answer(synergist):
    kinds = {"int": int, "text": str, "date": str, "bool": bool}
    await bought(synergist, poEstCost="12.34")
    await updated(synergist, EURO, poCost="1.14")
    for record in [*await found(synergist, modelstructure="purchaseorderdetails"), await shown(synergist, REAL)]:
        assert set(record) == set(DETAILS)
        for name, (kind, _) in FIELDS.items():
            if kind == "number":
                assert type(record[name]) in (int, Decimal), name
            else:
                assert type(record[name]) is kinds[kind], name


async def test_the_case_of_field_names_is_ignored(synergist):
    for spelled in (str.lower, str.upper, str.title):
        (row,) = written(await update(synergist, {spelled("poInternal"): REAL, spelled("poEstMarkUp"): 12}))["data"]
        assert row["poEstMarkUp"] == 12
        members = {spelled(name): value for name, value in NEW.items()}
        (row,) = written(await create(synergist, members))["data"]
        written(await delete(synergist, {spelled("poUuid"): row["poUuid"]}))
    assert amounts(await updated(synergist, REAL, POCOST=10), "poCost", "poCharge") == "10 13"


async def test_one_field_in_two_spellings_with_different_values_is_never_a_guess(synergist, demo_book):
    async with no_trace(demo_book):
        refused(await update(synergist, {"poInternal": REAL, "poCost": 1, "POCOST": 2}))
        refused(await update(synergist, {"poInternal": REAL, "POINTERNAL": EURO, "poCost": 1}))


async def test_every_editable_field_is_read(synergist):
    """Each of them, given another value than it has, is seen to change."""
    values = dict.fromkeys(EDITABLE, "7.5") | {"poDescription": "x", "poOrderText": "x", "poTheirRef": "x"}
    values |= {"poDateRequired": "2025-03-01", "poCurrencyCode": "1/USD", "poInvest": True}
    for name, value in values.items():
        purchase = await bought(synergist, poCurrencyCode="1/EUR", poEstCost=100, poEstMarkUp=20)
        if name.startswith("poInvestment"):
            await updated(synergist, purchase, poInvest=True)
        await updated(synergist, purchase, **{name: value})
        expected = Decimal(value) if name in NUMBERS else value
        assert (await shown(synergist, purchase))[name] == expected, name
