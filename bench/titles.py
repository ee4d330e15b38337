"""The words of the titles in the large book, in English, Czech and Russian: always the same ones.

Of each language FREQUENT words, the first of them in every tenth to thirtieth order, the last in every hundredth to
three-hundredth; and of the others, which one order in RARE_EVERY has, each is in a few dozen orders, in a book of
whatever size.
"""

import random
from functools import cache
from typing import Final

FREQUENT_EACH: Final = 100
RARE_WORDS: Final = 4_200
RARE_EVERY: Final = 8
ORDERS_EACH: Final = 30
WORDS_EACH: Final = 3
# How steeply the frequent words fall off: a word's rank is FREQUENT_EACH * u ** STEEPNESS for a u from 0 to 1.
STEEPNESS: Final = 1.6
# Of ten orders, in how many the title is in English, Czech and Russian.
SHARES: Final = (6, 2, 2)
_SEED: Final = 2016
_SYLLABLES: Final = (
    "ba der con lin mor tal ver pro san gel wick form ton ler dis bur cal pan ster men",
    "dě ká ří nov šro lat ová žel pří hor čer ska béž múl ště kov ťu ňa ský dlo",
    "ба де кон лин мор та вер про сан гел щит ло тон жер дис бу ёл пан стер мень",
)
# What the most frequent ones are.
_KNOWN: Final = (
    "boards delivery steel cable paint frame screws pallet sheet glass timber repair motor filter valve",
    "dodávka prkna ocel kabel barva rám šrouby paleta plech sklo dřevo oprava motorek těsnění závěs",
    "доставка доски сталь кабель краска рама винты поддон лист стекло брус ремонт мотор фильтр клапан",
)


def _made(language: int, number: int, dice: random.Random, taken: set[str]) -> list[str]:
    """So many words of three or four syllables of the language that nobody has yet."""
    syllables = _SYLLABLES[language].split()
    words: list[str] = []
    while len(words) < number:
        word = "".join(dice.choices(syllables, k=dice.choice((3, 4))))
        if word not in taken:
            taken.add(word)
            words.append(word)
    return words


def _vocabulary() -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    dice = random.Random(_SEED)  # noqa: S311 - nothing secret hangs on it
    known = [words.split() for words in _KNOWN]
    taken = {word for words in known for word in words}
    languages = range(len(known))
    frequent = tuple((*known[each], *_made(each, FREQUENT_EACH - len(known[each]), dice, taken)) for each in languages)
    made = [_made(each, RARE_WORDS // len(known), dice, taken) for each in languages]
    # One of each language after the other, so that however many are used, they are of all languages.
    return frequent, tuple(word for words in zip(*made, strict=True) for word in words)


FREQUENT, _RARE = _vocabulary()


@cache
def rare(orders: int) -> tuple[str, ...]:
    """The rare words in a book of so many orders, of each language as many."""
    each = orders // RARE_EVERY // ORDERS_EACH // len(FREQUENT)
    return _RARE[: max(1, each) * len(FREQUENT)]


def arguments(orders: int) -> tuple[list[str], list[str]]:
    """The parameters of `sql`: the frequent words, language by language, and the rare ones."""
    return [word for words in FREQUENT for word in words], list(rare(orders))


def sql(number: str, frequent: str, rare_words: str) -> str:
    """SQL for the title of the order with this number, given the parameters' places; the same one each time."""
    first, second = SHARES[0], SHARES[0] + SHARES[1]
    language = f"(case when {number} % 10 < {first} then 0 when {number} % 10 < {second} then 1 else 2 end)"
    frequent_ones = " || ' ' || ".join(
        f"({frequent}::text[])[1 + {language} * {FREQUENT_EACH} + floor({FREQUENT_EACH} * "
        f"power({_dice(number, seed)}, {STEEPNESS}))::int]"
        for seed in range(WORDS_EACH)
    )
    rank = f"floor(cardinality({rare_words}::text[]) / {len(FREQUENT)} * {_dice(number, WORDS_EACH)})::int"
    word = f"({rare_words}::text[])[1 + {language} + {len(FREQUENT)} * {rank}]"
    has_one = f"{_dice(number, WORDS_EACH + 1)} < {1 / RARE_EVERY}"
    return f"{frequent_ones} || case when {has_one} then ' ' || {word} else '' end || ' ' || {number}"


def _dice(number: str, seed: int) -> str:
    """SQL for a number from 0 to below 1 that only looks as if it had been diced."""
    return f"((hashint8extended({number}, {seed}) & 2147483647) / 2147483648.0::float8)"
