"""A provider of sign-ins on this machine, over real HTTP."""

import base64
import hashlib
import importlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, Final

import flask
from werkzeug.serving import make_server

USERS: Final = {
    "ada": {"name": "Ada", "email": "ada@acme.example", "email_verified": True},
    "eve": {"name": "Eve", "email": "ada@acme.example", "email_verified": False},
    "odd": {"name": "a\0b", "email": 7, "email_verified": True},
}


@contextmanager
def running_provider() -> Iterator[str]:
    """Run a provider that insists on PKCE: the verifier must be the one whose digest was shown before.

    Yields its issuer.
    """
    with warnings.catch_warnings():
        # It imports a part of Authlib that will go; our own code does not.
        warnings.simplefilter("ignore")
        mock = importlib.import_module("oidc_provider_mock")
    users = [mock.User(sub=sub, claims=claims) for sub, claims in USERS.items()]
    app = mock.app(require_nonce=True, user_claims=users)
    challenges: set[str] = set()

    def insist() -> Any:
        if flask.request.path == "/oauth2/authorize":
            if flask.request.args.get("code_challenge_method") != "S256":
                return flask.jsonify(error="invalid_request"), 400
            challenges.add(flask.request.args["code_challenge"])
        if flask.request.path == "/oauth2/token":
            raw = hashlib.sha256(flask.request.form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() not in challenges:
                return flask.jsonify(error="invalid_grant"), 400
        return None

    app.before_request(insist)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
