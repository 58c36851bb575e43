"""Names of files in zip archives, which do not always say how they are encoded.

Unmarked names should be in code page 437, but programs write UTF-8 or the system's own encoding all the
same. A Chinese or Japanese one is taken only where no other reading makes sense.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Sequence

from backend.layouts.names import slashed

UTF8_FLAG = 0x800
STANDARD = "cp437"
MIN_CHARACTERS = 2  # one character alone may be any encoding's
# Simplified Chinese: punctuation, and the 3,755 common characters. Rarer ones may be anything.
GBK = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xa3][\xa1-\xfe]|[\xb0-\xd7][\xa1-\xfe])*")
# Japanese: punctuation, Latin, both kana, and the 2,965 common characters.
SHIFT_JIS = re.compile(
    rb"(?:[\x00-\x7f]|\x81[\x40-\xac]|\x82[\x4f-\x9a\x9f-\xf1]|\x83[\x40-\x7e\x80-\x96]"
    rb"|\x88[\x9f-\xfc]|[\x89-\x97][\x40-\x7e\x80-\xfc]|\x98[\x40-\x72])*"
)
BIG5 = re.compile(rb"(?:[\x00-\x7f]|\xa1[\x40-\x7e\xa1-\xfe]|[\xa4-\xc6][\x40-\x7e\xa1-\xfe])*")
EUC_KR = re.compile(rb"(?:[\x00-\x7f]|[\xb0-\xc8][\xa1-\xfe])*")
GUESSED = (("gbk", GBK), ("cp932", SHIFT_JIS))
RIVALS = (("big5", BIG5), ("euc_kr", EUC_KR))
# Those of Windows' archives; UNIX systems write UTF-8.
ALPHABETS = (("cp437", "LATIN"), ("cp850", "LATIN"), ("cp1252", "LATIN"), ("cp866", "CYRILLIC"))
WORD = re.compile(r"[^\W\d_]+")


def member_names(members: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Each member's path with `/` between its parts; that of a folder ends with one."""
    unmarked = [_bytes_of(member) for member in members]
    encoding = _encoding_of([name for name in unmarked if name is not None])
    return [
        slashed(member.filename if raw is None else raw.decode(encoding))
        for member, raw in zip(members, unmarked, strict=True)
    ]


def _bytes_of(member: zipfile.ZipInfo) -> bytes | None:
    """The name as it is in the archive; None where its encoding is known."""
    if member.flag_bits & UTF8_FLAG or member.orig_filename.isascii():
        return None
    # An extra field has the name in UTF-8, too.
    if member.filename != member.orig_filename.partition("\0")[0]:
        return None
    return member.orig_filename.partition("\0")[0].encode(STANDARD)


def _encoding_of(names: Sequence[bytes]) -> str:
    """The one encoding of an archive's names."""
    text = b"\n".join(names)
    try:
        text.decode()
    except UnicodeDecodeError:
        guesses = [encoding for encoding, common in GUESSED if _is_common(text, encoding, common)]
        rivals = [encoding for encoding, common in RIVALS if _is_common(text, encoding, common)]
        rivals += [encoding for encoding, alphabet in ALPHABETS if _is_written_in(text, encoding, alphabet)]
        return guesses[0] if len(guesses) == 1 and not rivals else STANDARD
    return "utf-8"


def _is_common(text: bytes, encoding: str, common: re.Pattern[bytes]) -> bool:
    if not common.fullmatch(text):
        return False
    try:
        read = text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return sum(character.isalpha() and not character.isascii() for character in read) >= MIN_CHARACTERS


def _is_written_in(text: bytes, encoding: str, alphabet: str) -> bool:
    """Whether all words are of one alphabet, and capital letters are where people put them."""
    try:
        read = text.decode(encoding)
    except UnicodeDecodeError:
        return False
    foreign = [character for character in read if not character.isascii()]
    if not all(unicodedata.name(character, "").startswith(alphabet) for character in foreign):
        return False
    words = [word for word in WORD.findall(read) if not word.isascii()]
    if alphabet != "LATIN" and any(character.isascii() for word in words for character in word):
        return False
    return all(word.islower() or word.isupper() or word[1:].islower() for word in words)
