"""Serials: 130 random bits in Crockford's base 32, 26 characters without I, L, O, U.

Stored, and in addresses, without hyphens; printed in groups.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
_MISREAD = str.maketrans("ILO", "110", "- \u2010\u2011\u2012\u2013\u00a0\t\r\n")


def new_serial() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def display(serial: str) -> str:
    """For print and screen: "7K3XQ-…", groups of five, the last of six."""
    return "-".join((*(serial[i : i + 5] for i in range(0, 20, 5)), serial[20:]))


def normalise(text: str) -> str | None:
    """A serial as typed or scanned (hyphens, spaces, lower case, O for 0), or None where it cannot be one."""
    if len(text) > 100:
        return None
    serial = text.upper().translate(_MISREAD)
    return serial if len(serial) == LENGTH and set(serial) <= set(ALPHABET) else None
