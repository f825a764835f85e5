"""Addresses: what is one, how it is kept, and which may come in by the organisation's link."""

import re

LONGEST_EMAIL = 254
# As strict as it takes to put it into a mail's header; whether it exists, the mail finds out.
EMAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]]{1,64}@([a-z0-9-]+\.)+[a-z0-9-]{2,}")
DOMAIN = re.compile(r"([a-z0-9-]+\.)+[a-z0-9-]{2,}")


def kept(email: str) -> str:
    """In the one spelling in which addresses are kept and compared."""
    return email.strip().lower()


def is_email(email: str) -> bool:
    return len(email) <= LONGEST_EMAIL and EMAIL.fullmatch(email) is not None


def domains_in(text: str) -> list[str]:
    """The domains that somebody listed, with or without an @, in whatever way they are separated.

    Raises ValueError naming the first that is none.
    """
    found: list[str] = []
    for word in re.split(r"[\s,;]+", text.strip().lower()):
        domain = word.removeprefix("@")
        if not word:
            continue
        if not DOMAIN.fullmatch(domain):
            raise ValueError(word)
        if domain not in found:
            found.append(domain)
    return found


def is_of(email: str, domains: list[str]) -> bool:
    """Of one of the domains itself: a subdomain may belong to somebody else."""
    return email.rpartition("@")[2] in domains
