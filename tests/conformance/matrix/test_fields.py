"""Every field of the book, written through each face and read through each: as the table says, and nothing else moves.

Source: design, "One field, five names" and "What a dialect cannot see, it cannot harm".
"""

from itertools import combinations

import pytest

from orderloom.demo.people import DEMO_USER
from tests.conformance.face import Tenant
from tests.conformance.faces import OTHER_USER
from tests.conformance.matrix.five import Five, Snapshot, full_order
from tests.conformance.matrix.hands import CHANGING, HANDS, Extensiv, Hand, Homs, Intouch, Synergist
from tests.conformance.matrix.snapshots import expected_of, rest, sent_as_shown, shown_of
from tests.conformance.matrix.table import CUSTOMER_OF_CASE, HEAD, LINE
from tests.conformance.matrix.words import Field, Telling

WORDS = [(table, field, face) for table in (HEAD, LINE) for field in table.values() for face in field.words]


def pairs(hands: tuple[type[Hand], ...], **can: bool) -> pytest.MarkDecorator:
    """Each field with each hand whose face has such a word for it."""
    found = [
        pytest.param(field, hand, id=f"{field.name} by {hand.__name__}")
        for field in HEAD.values()
        for hand in hands
        if (word := field.word(hand.face.name)) and all(getattr(word, name) is value for name, value in can.items())
    ]
    return pytest.mark.parametrize("field, kind", found)


@pairs(HANDS, enters=True)
async def test_what_one_face_enters_each_shows_as_it_spells_it(field: Field, kind: type[Hand], five: Five) -> None:
    face = kind.face.name
    word = field.words[face]
    for value in field.to_enter(word):
        order_id = await five.enter(face, **field.along, **{field.name: value})
        snapshot = await five.shown(order_id, field.words)
        assert shown_of(field, snapshot) == expected_of(field, snapshot, word.keeps(value))
    unseen = {name for name, shown in (await five.shown(order_id)).items() if shown is None}
    assert unseen == (set() if face in HEAD["case"].words else {"iinsight"})


@pairs(CHANGING, changes=True)
async def test_what_one_face_changes_each_shows_as_it_spells_it_and_nothing_else_moves(
    field: Field, kind: type[Hand], five: Five
) -> None:
    face = kind.face.name
    word = field.words[face]
    order_id = await full_order(five, lines=not field.without_lines)
    for name, other in field.along.items():
        await five.change(face, order_id, **{name: other})
    five.hands[face] = five.as_hand(kind)
    before = await five.shown(order_id)
    assert None not in before.values()
    number = HEAD["number"].samples[0]
    for value in field.to_change(word):
        await five.change(face, order_id, **{field.name: value})
        snapshot = await five.shown(order_id, field.words)
        assert shown_of(field, snapshot) == expected_of(field, snapshot, word.keeps(value), number=number)
    assert rest(await five.shown(order_id), field) == rest(before, field)


@pairs(HANDS, enters=False)
async def test_what_a_face_does_not_take_is_refused_or_ignored_when_it_enters(
    field: Field, kind: type[Hand], five: Five
) -> None:
    face = kind.face.name
    word, hand = field.words[face], five.hands[face]
    usual = word.shown_in((await five.shown(hand.entered(await hand.enter({}))))[face] or {})
    for value in field.samples:
        if word.spells(value) == usual:
            continue
        answer = await hand.enter(sent_as_shown(word, value))
        if hand.accepted(answer):
            snapshot = await five.shown(hand.entered(answer))
            assert word.shown_in(snapshot[face] or {}) != word.spells(value)
        else:
            assert hand.face.refusing(answer), answer.text


@pairs((Homs, Extensiv, Synergist, Intouch), changes=False)
async def test_what_a_face_does_not_take_is_refused_or_ignored_when_it_changes(
    field: Field, kind: type[Hand], five: Five
) -> None:
    hand, word = five.hands[kind.face.name], field.words[kind.face.name]
    order_id = await full_order(five)
    for value in field.samples:
        before = await five.shown(order_id)
        answer = await hand.change(order_id, sent_as_shown(word, value))
        after = await five.shown(order_id)
        if hand.accepted(answer):
            assert rest(after) == rest(before)
        else:
            assert hand.face.refusing(answer), answer.text
            assert after == before


# A field that each face can change, and that touches nothing else.
OWN = {"homs": "process_state", "extensiv": "notes", "synergist": "supplier_reference", "intouch": "title"}


@pytest.mark.parametrize("writer", HANDS, ids=lambda hand: hand.face.name)
async def test_what_the_server_assigns_all_faces_tell_of_alike(writer: type[Hand], five: Five, stocked: Tenant) -> None:
    others = await Five.of(stocked, OTHER_USER)
    order_id = await others.enter(writer.face.name)
    first = await five.shown(order_id)
    assert_stamped(first, order_id, version=1, by=OTHER_USER)
    lasting = {name: shown_of(HEAD[name], first) for name in ("id", "uuid", "code", "created_at", "created_by")}
    for version, (face, name) in enumerate(OWN.items(), start=2):
        before = await five.shown(order_id)
        await five.change(face, order_id, **{name: "x"})
        after = await five.shown(order_id)
        assert_stamped(after, order_id, version=version, by=DEMO_USER)
        assert {name: shown_of(HEAD[name], after) for name in lasting} == lasting
        assert after["extensiv"]["readOnly"]["lastModifiedDate"] > before["extensiv"]["readOnly"]["lastModifiedDate"]
        assert after["extensiv"]["ETag"] != before["extensiv"]["ETag"]


def assert_stamped(snapshot: Snapshot, order_id: int, *, version: int, by: str) -> None:
    """Fails unless all faces tell of the same id, version, people and moments; those of Extensiv are exact."""
    told = snapshot["extensiv"]["readOnly"]
    values = {
        "id": order_id,
        "version": version,
        "created_by": OTHER_USER,
        "modified_by": by,
        "created_at": f"{told['creationDate']}+00:00",
        "modified_at": f"{told['lastModifiedDate']}+00:00",
    }
    if version == 1:
        assert told["creationDate"] == told["lastModifiedDate"]
    for name, value in values.items():
        expected = expected_of(HEAD[name], snapshot, value)
        if name == "version":
            del expected["extensiv"]
        assert {face: shown_of(HEAD[name], snapshot)[face] for face in expected} == expected


@pytest.mark.parametrize("writer", ["iinsight", "synergist"])
async def test_an_order_is_for_the_customer_of_its_case(writer: str, five: Five) -> None:
    for case, customer in CUSTOMER_OF_CASE.items():
        snapshot = await five.shown(await five.enter(writer, case=case))
        assert shown_of(HEAD["case"], snapshot) == expected_of(HEAD["case"], snapshot, case)
        assert shown_of(HEAD["customer"], snapshot) == expected_of(HEAD["customer"], snapshot, customer)


async def test_no_two_orders_share_an_id_a_uuid_or_a_code(five: Five) -> None:
    snapshots = [await five.shown(await five.enter(hand.face.name)) for hand in HANDS]
    for name in ("id", "uuid", "code"):
        told = [shown_of(HEAD[name], snapshot) for snapshot in snapshots]
        assert all(
            one[face] != other[face] for one, other in combinations(told, 2) for face in one.keys() & other.keys()
        )


async def test_extensiv_gives_a_customer_to_an_order_that_has_none(five: Five) -> None:
    order_id = await five.enter("homs")
    await five.change("extensiv", order_id, customer=2)
    snapshot = await five.shown(order_id)
    assert shown_of(HEAD["customer"], snapshot) == expected_of(HEAD["customer"], snapshot, 2)


async def test_the_full_order_has_a_value_in_every_attribute_of_every_face(five: Five) -> None:
    order_id = await full_order(five)
    snapshot = await five.shown(order_id)
    for field in HEAD.values():
        for face, shown in shown_of(field, snapshot).items():
            assert shown not in (None, "", ("", "")) or face == "synergist", (field.name, face)
    for face, words in (("extensiv", LINE), ("intouch", LINE)):
        line = snapshot[face][five.hands[face].lines][0]
        assert all(field.words[face].shown_in(line) is not None for field in words.values() if face in field.words)


@pytest.mark.parametrize(
    "field, face", [(f, face) for _, f, face in WORDS], ids=[f"{f.name} in {face}" for _, f, face in WORDS]
)
def test_what_is_said_to_be_told_exactly_tells_all_samples_apart_and_nothing_else_does(field: Field, face: str) -> None:
    word = field.words[face]
    spelled = [word.spells(value) for value in field.samples]
    apart = all(type(one) is not type(other) or one != other for one, other in combinations(spelled, 2))
    assert apart == (word.reads is Telling.EXACTLY)
    rounded = any(word.keeps(value) != value for value in field.samples if word.accepts(value))
    assert rounded == (word.takes is Telling.ROUNDED)
