"""Links in mails. A mail must be the same on every try, and its link's token must not be readable
in the database: so the outbox keeps a seed, which becomes the token by the site's key alone."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

SEED_BYTES = 32


def new_seed() -> str:
    return secrets.token_urlsafe(SEED_BYTES)


def token_of(seed: str, secret_key: str) -> str:
    digest = hmac.digest(secret_key.encode(), f"mail-link:{seed}".encode(), sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")
