"""Ask an OpenID Connect provider who somebody is: authorization code flow with PKCE, state and nonce.

Nothing of a provider is trusted before its signature, issuer, audience, time and nonce were checked (OpenID Connect
Core 1.0, 3.1.3.7).
"""

import ssl
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import msgspec
from authlib.integrations.httpx_client import OAuth2Client, OAuthError  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from proofboard.errors import RefusedError
from proofboard.settings import Settings

SCOPE: Final = "openid email profile"
SECONDS: Final = 10.0
LEEWAY_SECONDS: Final = 60
CALLBACK: Final = "/api/v1/sign-in/callback"

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a private key of the provider: neither `none`, nor what anybody with a client's secret can make."""

NOT_SET_UP: Final = "this server has no sign-in; use an API key"
NO_ANSWER: Final = "the provider of the sign-in does not answer as one; try again, or tell the owner of this server"
NOT_BELIEVED: Final = "the answer of the sign-in's provider does not hold; begin again"


class Client(msgspec.Struct, frozen=True):
    """This server, as its provider knows it."""

    issuer: str
    id: str
    secret: str | None
    redirect_uri: str


class Provider(msgspec.Struct, frozen=True):
    """What a provider says of itself (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    id_token_signing_alg_values_supported: tuple[str, ...] = ("RS256",)
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Attempt(msgspec.Struct, frozen=True):
    """One sign-in on its way, kept by the browser that began it and by nobody else."""

    state: str
    nonce: str
    verifier: str
    return_to: str
    until: str


class Claims(msgspec.Struct, frozen=True):
    """Who somebody is, as a provider says."""

    issuer: str
    subject: str
    name: str | None
    email: str | None
    """None unless the provider has verified it."""


def is_set_up(settings: Settings) -> bool:
    """Say whether people can sign in with a browser."""
    return bool(settings.oidc_issuer and settings.oidc_client_id and settings.public_url)


def client_of(settings: Settings) -> Client:
    """Return how this server signs people in; raises RefusedError (404) where it does not."""
    if not (settings.oidc_issuer and settings.oidc_client_id and settings.public_url):
        raise RefusedError(404, NOT_SET_UP)
    redirect_uri = settings.public_url.rstrip("/") + CALLBACK
    return Client(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, redirect_uri)


def address_of_sign_in(client: Client, attempt: Attempt, hour: int) -> str:
    """Return the address at the provider to which a browser is sent; `hour` is how long its description is kept."""
    provider = _discovered(client.issuer, hour)
    with _session(client, provider) as session:
        address, _ = session.create_authorization_url(
            provider.authorization_endpoint, state=attempt.state, nonce=attempt.nonce, code_verifier=attempt.verifier
        )
    return str(address)


def claims_of(client: Client, attempt: Attempt, code: str, now: int) -> Claims:
    """Exchange a code for who somebody is.

    Raises RefusedError: 503 where the provider does not answer, 401 where what it answers does not hold.
    """
    provider = _discovered(client.issuer, now // 3600)
    try:
        with _session(client, provider) as session:
            token = session.fetch_token(provider.token_endpoint, code=code, code_verifier=attempt.verifier)
            keys = _key_set(session.request("GET", provider.jwks_uri, withhold_token=True))
            claims = _checked(client, provider, token, keys, (attempt.nonce, now))
            if "email" not in claims and provider.userinfo_endpoint:
                more = session.get(provider.userinfo_endpoint).raise_for_status().json()
                # An answer about somebody else must not be taken for this person's (5.3.2).
                if isinstance(more, dict) and more.get("sub") == claims["sub"]:
                    claims |= more
    except (OAuthError, JoseError) as error:
        raise RefusedError(401, NOT_BELIEVED) from error
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError) as error:
        raise RefusedError(503, NO_ANSWER) from error
    return _read(provider.issuer, claims)


def _key_set(answer: httpx2.Response) -> KeySet:
    """Read the public keys of a provider; raises ValueError for what are none."""
    try:
        return KeySet.import_key_set(answer.raise_for_status().json())
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no key set") from error


def _checked(
    client: Client, provider: Provider, token: Mapping[str, Any], keys: KeySet, expected: tuple[str, int]
) -> dict[str, Any]:
    """Return the claims of an id token whose signature and claims hold; `expected` is its nonce, and the time."""
    offered = [own for own in provider.id_token_signing_alg_values_supported if own in ALGORITHMS]
    registry = JWSRegistry(algorithms=offered, strict_check_header=False)
    decoded = jwt.decode(str(token["id_token"]), key=keys, registry=registry)
    nonce, now = expected
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": client.id},
            "sub": {"essential": True},
        },
        {"nonce": nonce, "client_id": client.id, "access_token": token.get("access_token")},
    )
    claims.validate(now=now, leeway=LEEWAY_SECONDS)
    return dict(claims)


def _read(issuer: str, claims: Mapping[str, Any]) -> Claims:
    subject = _line(claims.get("sub"))
    if subject is None:
        raise RefusedError(401, NOT_BELIEVED)
    # Some providers write the flag as a word.
    verified = claims.get("email_verified") in (True, "true")
    email = _line(claims.get("email")) if verified else None
    return Claims(issuer, subject, _line(claims.get("name")) or _line(claims.get("preferred_username")), email)


def _line(value: object) -> str | None:
    """Return a text that fits our tables; anything else a provider may send is no answer."""
    longest = 500
    return value if isinstance(value, str) and 0 < len(value) <= longest and value.isprintable() else None


@lru_cache(maxsize=8)
def _discovered(issuer: str, _hour: int) -> Provider:
    """Read what a provider says of itself; asked again every hour, and at once where it did not answer."""
    try:
        with httpx2.Client(timeout=SECONDS, verify=_trusted()) as session:
            answer = session.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration").raise_for_status()
        provider = msgspec.json.decode(answer.content, type=Provider)
    except (httpx2.HTTPError, httpx2.InvalidURL, msgspec.DecodeError) as error:
        raise RefusedError(503, NO_ANSWER) from error
    endpoints = [provider.authorization_endpoint, provider.token_endpoint, provider.jwks_uri]
    endpoints += [provider.userinfo_endpoint] if provider.userinfo_endpoint else []
    # One that names another issuer would let it speak for that one (Discovery 4.3).
    if provider.issuer.rstrip("/") != issuer.rstrip("/") or not all(map(_is_safe, endpoints)):
        raise RefusedError(503, NO_ANSWER)
    return provider


def _is_safe(address: str) -> bool:
    """Say whether an address is reached over https, or never leaves this machine."""
    try:
        split = urlsplit(address)
    except ValueError:
        return False
    return split.scheme == "https" or (split.scheme == "http" and split.hostname in {"127.0.0.1", "localhost", "::1"})


def _session(client: Client, provider: Provider) -> OAuth2Client:
    methods = provider.token_endpoint_auth_methods_supported
    posts = "client_secret_basic" not in methods and "client_secret_post" in methods
    method = None if client.secret is None else "client_secret_post" if posts else "client_secret_basic"
    return OAuth2Client(
        client_id=client.id,
        client_secret=client.secret,
        token_endpoint_auth_method=method or "none",
        scope=SCOPE,
        redirect_uri=client.redirect_uri,
        code_challenge_method="S256",
        timeout=SECONDS,
        verify=_trusted(),
    )


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Read the authorities that this machine trusts once: it takes longer than most requests."""
    return ssl.create_default_context()
