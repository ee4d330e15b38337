"""Generated writes through all five faces, in the words of the book."""

import os
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.conformance.matrix.table import EXTENSIV, HEAD, HOMS, IINSIGHT, INTOUCH, LINE, STOCKED, SYNERGIST
from tests.conformance.matrix.words import Field, Word

# Set them higher to look further: CONFORMANCE_EXAMPLES=1000 CONFORMANCE_STEPS=40.
EXAMPLES: Final = int(os.environ.get("CONFORMANCE_EXAMPLES", "15"))
STEPS: Final = int(os.environ.get("CONFORMANCE_STEPS", "20"))
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
LONG: Final = 200


@dataclass(frozen=True)
class Step:
    """One thing that somebody does through a face. Places count the orders of a run and the lines of an order."""

    what: str
    face: str
    place: int = 0
    line: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    on: bool = False


_NUMBERS: Final = st.sampled_from(["a", "A", "b", "Straße", "STRASSE", "PO-locked", "012083", "012084"])
_TYPES: Final = st.sampled_from(["purchase_order", STOCKED, STOCKED, "Without custom fields", "case_type_1"])
_OWNERS: Final = st.sampled_from([*HEAD["responsible"].samples, None, "gregor"])
_SMALL: Final = st.sampled_from([Decimal("2.5"), Decimal("0.0001"), Decimal("33.333"), Decimal(3)])
_COSTS: Final = ("cost", "markup", "charge", "estimate_cost", "estimate_markup", "currency")
_COST: Final = st.one_of(
    *(
        st.fixed_dictionaries({f"costing {name}": st.sampled_from(HEAD[f"costing {name}"].samples)})
        for name in _COSTS
        if name != "charge"
    )
)
_OWN: Final = {"number": _NUMBERS, "type": _TYPES}


def _values_of(field: Field, word: Word) -> st.SearchStrategy[Any]:
    """Those that are short enough to be read in a script."""
    values = field.to_change(word) if word.changes else field.to_enter(word)
    return st.sampled_from([value for value in values if len(str(value)) < LONG])


def _some(face: str, *without: str, **own: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Values of some of the fields that the face takes."""
    words = {name: field.words[face] for name, field in HEAD.items() if face in field.words}
    taken = {
        name: _OWN[name] if name in _OWN else _values_of(HEAD[name], word)
        for name, word in words.items()
        if (word.enters or word.changes) and name not in without and not name.startswith("costing ")
    }
    return st.fixed_dictionaries({}, optional=taken | own)


def _with(required: dict[str, Any], some: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """The same with values for the fields that are required."""
    return st.tuples(
        st.fixed_dictionaries({k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in required.items()}),
        some,
    ).map(lambda both: both[0] | both[1])


_CUSTOMERS: Final = st.sampled_from([1, 1, 2])
_CASES: Final = st.sampled_from([1, 7])
_ESTIMATES: Final = st.fixed_dictionaries(
    {},
    optional={
        f"costing {name}": st.sampled_from(HEAD[f"costing {name}"].samples)
        for name in ("estimate_cost", "estimate_markup", "currency")
    },
)
_ENTERED: Final = {
    HOMS: st.one_of(
        _with({"type": _TYPES}, _some(HOMS, "type", "data")),
        _with({"type": STOCKED, "data": st.sampled_from(HEAD["data"].samples)}, _some(HOMS, "type", "data")),
    ),
    IINSIGHT: _with({"case": _CASES, "number": _NUMBERS}, st.just({})),
    EXTENSIV: _with({"customer": _CUSTOMERS, "number": _NUMBERS}, _some(EXTENSIV, "customer", "number")),
    SYNERGIST: _with(
        {"case": _CASES, "supplier": st.sampled_from([1, 2]), "title": st.sampled_from(HEAD["title"].samples)},
        st.tuples(_some(SYNERGIST, "case", "supplier", "title", "required_on"), _ESTIMATES).map(
            lambda two: two[0] | two[1]
        ),
    ),
    INTOUCH: _with(
        {"customer": _CUSTOMERS, "title": st.sampled_from(HEAD["title"].samples), "type": _TYPES},
        _some(INTOUCH, "customer", "title", "type", responsible=_OWNERS),
    ),
}
# What is often refused: the rest is tried without it too.
_RARE: Final = ("type", "data", "number", "customer")
_CHANGED: Final = {
    HOMS: st.one_of(_some(HOMS, *_RARE), _some(HOMS)).filter(bool),
    EXTENSIV: st.one_of(_some(EXTENSIV, *_RARE), _some(EXTENSIV, customer=_CUSTOMERS)),
    SYNERGIST: st.one_of(
        _some(SYNERGIST, "case", "supplier").filter(bool),
        st.tuples(_some(SYNERGIST, "case", "supplier"), _COST).map(lambda two: two[0] | two[1]),
    ),
    INTOUCH: st.one_of(_some(INTOUCH, *_RARE, responsible=_OWNERS), _some(INTOUCH, responsible=_OWNERS)),
}
# Custom fields come and go with the type, through the one face and not through the other.
_RETYPED: Final = st.fixed_dictionaries({"type": st.sampled_from([STOCKED, "purchase_order"])})
_REPLACED: Final = {
    EXTENSIV: _with({"number": _NUMBERS, "customer": _CUSTOMERS}, _some(EXTENSIV, "number", "customer")),
    INTOUCH: st.one_of(
        *(
            _with(
                {"title": st.sampled_from(HEAD["title"].samples), "customer": _CUSTOMERS},
                _some(INTOUCH, "title", "customer", *without, responsible=_OWNERS),
            )
            for without in ((), ("type",))
        )
    ),
}


def _some_of_a_line(face: str, *without: str, **own: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    words = {name: field.words[face] for name, field in LINE.items() if face in field.words}
    taken = {
        name: _SMALL if name in ("quantity", "price") else _values_of(LINE[name], word)
        for name, word in words.items()
        if word.changes and name not in without
    }
    return st.fixed_dictionaries({}, optional=taken | own)


_ITEMS: Final = st.sampled_from([(1, ""), (1, "Blue"), (2, ""), (2, "Blue")]).map(
    lambda both: {"item": both[0], "qualifier": both[1]}
)
_PRODUCTS: Final = st.sampled_from([1, 2, None, 99999999])
_LINE_ENTERED: Final = {
    EXTENSIV: st.tuples(_ITEMS, _with({"quantity": _SMALL}, _some_of_a_line(EXTENSIV, "item", "qualifier"))).map(
        lambda two: two[0] | two[1]
    ),
    INTOUCH: _with({"title": "An item"}, _some_of_a_line(INTOUCH, item=_PRODUCTS)),
}
_LINE_CHANGED: Final = {
    EXTENSIV: st.tuples(st.one_of(st.just({}), _ITEMS), _some_of_a_line(EXTENSIV, "item", "qualifier")).map(
        lambda two: two[0] | two[1]
    ),
    INTOUCH: _some_of_a_line(
        INTOUCH, item=_PRODUCTS, quantity=st.one_of(st.none(), _SMALL), price=st.one_of(st.none(), _SMALL)
    ),
}
_places: Final = st.integers(0, 3)
_lines: Final = st.integers(0, 2)


def _steps(what: str, by_face: dict[str, st.SearchStrategy[dict[str, Any]]]) -> st.SearchStrategy[Step]:
    """Steps of this kind through any of these faces."""
    return st.sampled_from(sorted(by_face)).flatmap(
        lambda face: st.builds(Step, st.just(what), st.just(face), _places, _lines, by_face[face], st.booleans())
    )


def _plain(what: str, *faces: str) -> st.SearchStrategy[Step]:
    return _steps(what, {face: st.just({}) for face in faces})


ENTER: Final = _steps("enter", _ENTERED)
STEP: Final = st.one_of(
    ENTER,
    _steps("change", _CHANGED),
    _steps("change", _CHANGED),
    _steps("change", dict.fromkeys((HOMS, INTOUCH), _RETYPED)),
    _steps("replace", _REPLACED),
    _steps("enter line", _LINE_ENTERED),
    _steps("change line", _LINE_CHANGED),
    _steps("replace line", {INTOUCH: _LINE_ENTERED[INTOUCH]}),
    _plain("remove line", EXTENSIV),
    _plain("put back", HOMS, EXTENSIV, SYNERGIST, INTOUCH),
    _plain("promote", SYNERGIST),
    _plain("invest", SYNERGIST),
    _plain("receive", EXTENSIV),
    _plain("delete", HOMS, IINSIGHT, EXTENSIV, SYNERGIST, INTOUCH),
)
# Of one list few are long.
_SOME_STEPS: Final = st.lists(STEP, max_size=STEPS // 2)
SEQUENCES: Final = st.tuples(ENTER, ENTER, _SOME_STEPS, _SOME_STEPS).map(
    lambda parts: [parts[0], *parts[2], parts[1], *parts[3]]
)
