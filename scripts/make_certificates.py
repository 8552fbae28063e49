"""One-shot: certificates for Elasticsearch inside the compose network.

    python scripts/make_certificates.py AUTHORITY_FOLDER SERVER_FOLDER NAME ...

`AUTHORITY_FOLDER/ca.pem` is what everybody trusts. `SERVER_FOLDER` gets the server's certificate
for these host names, and its key. The authority's own key is never stored, so nobody can sign a
second certificate. Certificates that are valid for 90 more days are kept, so this can run at every
start; Elasticsearch reloads changed files by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY, CERTIFICATE, KEY = "ca.pem", "server.pem", "server.key"
VALID = timedelta(days=825)
RENEWED = timedelta(days=90)


def make(authority: Path, server: Path, names: Sequence[str], now: datetime) -> bool:
    """Make the certificates, unless there are valid ones for these names.

    Returns:
        Whether new ones were made.
    """
    if _are_good(authority / AUTHORITY, server / CERTIFICATE, server / KEY, names, now):
        return False
    signing, serving = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = _name("wirewatch's own authority")
    identifier = x509.SubjectKeyIdentifier.from_public_key(signing.public_key())
    root = (
        _certificate(issuer, issuer, signing.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_may(sign_certificates=True), critical=True)
        .add_extension(identifier, critical=False)
        .sign(signing, hashes.SHA256())
    )
    hosts = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
    leaf = (
        _certificate(_name(names[0]), issuer, serving.public_key(), now)
        .add_extension(hosts, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_may(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
        .sign(signing, hashes.SHA256())
    )
    secret = serving.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # All may read the key, since Elasticsearch runs as another user; only it mounts this folder.
    (server / KEY).write_bytes(secret)
    (server / CERTIFICATE).write_bytes(_pem(leaf))
    for folder in (server, authority):
        (folder / AUTHORITY).write_bytes(_pem(root))
    return True


def _are_good(
    authority: Path, server: Path, key: Path, names: Sequence[str], now: datetime
) -> bool:
    if not all(file.exists() for file in (authority, server, key)):
        return False
    try:
        root, leaf = (
            x509.load_pem_x509_certificate(one.read_bytes()) for one in (authority, server)
        )
        secret = serialization.load_pem_private_key(key.read_bytes(), password=None)
        # All our authorities have the same name: only the signature tells them apart.
        leaf.verify_directly_issued_by(root)
    except (InvalidSignature, ValueError):  # another authority's, or a run was cut off
        return False
    hosts = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        secret.public_key() == leaf.public_key()
        and min(root.not_valid_after_utc, leaf.not_valid_after_utc) > now + RENEWED
        and set(hosts.get_values_for_type(x509.DNSName)) == set(names)
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # Clocks differ.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
    )


def _may(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


if __name__ == "__main__":
    authority, server, *names = sys.argv[1:]
    make(Path(authority), Path(server), names, datetime.now(UTC))
