"""Second steps for tests: codes of an app, a session that has just been begun, and a passkey made of software."""

import hashlib
import json
import struct
import time
from dataclasses import dataclass, field
from typing import Any

from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY as WHOSE
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as METHODS
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

from accounts.models import User
from tests.cast import TOTP_KEY

HOST = "testserver"


def code(*, ago: int = 0, key: str = TOTP_KEY) -> str:
    """What the app shows now, or so many half-minutes ago."""
    return str(format_hotp_value(hotp_value(key, int(time.time()) // 30 - ago)))


def fresh(client: Client, user: User, *, ago: float = 0) -> Client:
    """Signed in with a password, now or so many seconds ago."""
    client.force_login(user)
    session = client.session
    session[METHODS] = [{"method": "password", "at": time.time() - ago}]
    session[WHOSE] = user_id_to_str(user)
    session.save()
    return client


@dataclass
class Passkey:
    """Makes real answers to what a page asks, as a browser with an authenticator would."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: hashlib.sha256(str(time.perf_counter_ns()).encode()).digest()[:16])
    origin: str = f"https://{HOST}"

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, more: bytes = b"", flags: int = 0x05) -> bytes:
        return hashlib.sha256(HOST.encode()).digest() + struct.pack(">BI", flags, 1) + more

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to a page that adds a passkey."""
        public = cbor.encode(ES256.from_cryptography_key(self.key.public_key()))
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(attested, 0x45)}
        client = self._client("webauthn.create", options["creation_options"]["publicKey"]["challenge"])
        return self._whole({"attestationObject": websafe_encode(cbor.encode(statement)), "transports": []}, client)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to a page that asks for one."""
        client = self._client("webauthn.get", options["request_options"]["publicKey"]["challenge"])
        signed = self._data() + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(SHA256()))
        response = {"authenticatorData": websafe_encode(self._data()), "signature": websafe_encode(signature)}
        return self._whole(response, client)

    def _whole(self, response: dict[str, Any], client: bytes) -> dict[str, Any]:
        name = websafe_encode(self.id)
        response["clientDataJSON"] = websafe_encode(client)
        return {"type": "public-key", "id": name, "rawId": name, "response": response, "clientExtensionResults": {}}

    def kept_for(self, user: User, name: str = "my phone") -> Authenticator:
        """As it lies in the database once it was added."""
        credential = self.create({"creation_options": {"publicKey": {"challenge": websafe_encode(bytes(32))}}})
        data = {"name": name, "credential": credential}
        return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
