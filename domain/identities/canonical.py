"""How an identity is written before its digest is made, so that the same one is met again however it was typed."""

import unicodedata

from domain.values import IdentityKind


def canonical(kind: IdentityKind, value: str) -> str:
    """Compatibility forms and case folded; letters and digits only, for an e-mail address all but white space."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())
    if kind is IdentityKind.EMAIL:
        return "".join(folded.split())
    return "".join(each for each in folded if each.isalnum())
