"""The words of texts, as they are searched for: without accents and case, in any alphabet."""

import re
import unicodedata
from typing import Final, NamedTuple

# Of a longer search only the first words count.
MAX_WORDS: Final = 16
MAX_SEARCH: Final = 500
_MARKS: Final = re.compile("[\u0300-\u036f]+")
_SIGNS: Final = "-/._@:+&<>=%#~\\–—„“”‘’‚«»…·•€£§№"
# What the database's own lower() leaves as it is, and letters whose stroke is no accent to Unicode.
_UPPER: Final = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩÆŒÐÞ"
_LOWER: Final = "абвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґαβγδεζηθικλμνξοπρστυφχψωæœðþ"
_STROKED: Final = "łŁøØđĐħĦıς"
_PLAIN: Final = "llooddhhiσ"
_ASCII_UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FOLDING: Final = str.maketrans(
    _SIGNS + _UPPER + _STROKED + _ASCII_UPPER, " " * len(_SIGNS) + _LOWER + _PLAIN + _ASCII_UPPER.lower()
)
_WORDS: Final = re.compile(r"[^\W_]+")


class Word(NamedTuple):
    """A word to search for; `is_beginning`: any word that begins with it will do."""

    text: str
    is_beginning: bool = False


def folded(text: str) -> str:
    """The text as the migration `0006_our_own_api` folds what is stored: signs are blanks."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_FOLDING)


def searched(text: str) -> tuple[Word, ...]:
    """The words of a search, the first MAX_WORDS of them; one that ends in `*` is a beginning."""
    words: list[Word] = []
    for term in text.split():
        found = _WORDS.findall(folded(term))
        words += [Word(each) for each in found]
        if found and term.endswith("*"):
            words[-1] = Word(found[-1], True)
    return tuple(words[:MAX_WORDS])
