"""Links in mails. A mail must be the same on every try, and its link's token must not be readable
in the database: so the outbox keeps a seed, which becomes the token by the site's key alone.

A link that is to work for as long as the mail lies about, and opens nothing that is anybody's
secret, is signed instead: nothing is kept of it.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from itsdangerous import BadSignature, URLSafeSerializer

SEED_BYTES = 32


def new_seed() -> str:
    return secrets.token_urlsafe(SEED_BYTES)


def token_of(seed: str, secret_key: str) -> str:
    digest = hmac.digest(secret_key.encode(), f"mail-link:{seed}".encode(), sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")


def sign(purpose: str, *values: int | str, secret_key: str) -> str:
    """A token that `signed` reads again, for the same purpose only."""
    return _signer(purpose, secret_key).dumps(values)


def signed(purpose: str, token: str, *, secret_key: str) -> list[int | str] | None:
    """The values that were signed; None if the token is not one of ours for this purpose."""
    try:
        return _signer(purpose, secret_key).loads(token)
    except BadSignature:
        return None


def _signer(purpose: str, secret_key: str) -> URLSafeSerializer:
    digest = {"digest_method": sha256}
    return URLSafeSerializer(secret_key, salt=f"mail:{purpose}", signer_kwargs=digest)
