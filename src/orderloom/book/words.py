"""The words of texts, as they are searched for: without accents and case, in any alphabet."""

import re
import unicodedata
from typing import Final, NamedTuple

# Of a longer search only the first words count.
MAX_WORDS: Final = 16
MAX_SEARCH: Final = 500
# In UTF-8. A longer word is not stored, and a search with it is none to the database; one sign can be folded to many.
MAX_WORD_BYTES: Final = 2046
# Accents, and what cannot be seen.
_MARKS: Final = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+")
_SIGNS: Final = "-/._@:+&<>=%#~\\"
_MORE_SIGNS: Final = re.compile(
    "[\u0080-\u00bf\u00d7\u00f7\u060c\u061b\u061f\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u3000-\u303f]"
)
# What the database's own lower() leaves as it is, and letters whose stroke is no accent to Unicode.
_UPPER: Final = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩÆŒÐÞ"
_LOWER: Final = "абвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґαβγδεζηθικλμνξοπρστυφχψωæœðþ"
_STROKED: Final = "łŁøØđĐħĦıς"
_PLAIN: Final = "llooddhhiσ"
_ASCII_UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FOLDING: Final = str.maketrans(
    _SIGNS + _UPPER + _STROKED + _ASCII_UPPER, " " * len(_SIGNS) + _LOWER + _PLAIN + _ASCII_UPPER.lower()
)
# To the database whatever is not ASCII is part of a word: a vowel sign is no letter, but it stands among them.
_WORDS: Final = re.compile("[0-9a-z\u0080-\U0010ffff]+")
_BLANKS: Final = re.compile(r"\s+", re.ASCII)


class Word(NamedTuple):
    """A word to search for; `is_beginning`: any word that begins with it will do."""

    text: str
    is_beginning: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        """How it may be stored, if at all: databases differ in which rarer letters they know to be capitals."""
        return tuple(
            text for text in dict.fromkeys((self.text, self.text.lower())) if len(text.encode()) <= MAX_WORD_BYTES
        )


def folded(text: str) -> str:
    """The text as the migration `0006_our_own_api` folds what is stored: signs are blanks."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return _MORE_SIGNS.sub(" ", plain).translate(_FOLDING)


def searched(text: str) -> tuple[Word, ...]:
    """The words of a search, the first MAX_WORDS of them; one that ends in `*` is a beginning."""
    words: list[Word] = []
    for term in _BLANKS.split(text):
        found = _WORDS.findall(folded(term))
        words += [Word(each) for each in found]
        if found and term.endswith("*"):
            words[-1] = Word(found[-1], True)
    return tuple(words[:MAX_WORDS])
