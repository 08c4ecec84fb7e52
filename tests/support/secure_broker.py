"""A real broker that asks who it talks to: SASL with names and passwords, TLS with certificates, and ACLs."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourceType,
    UserScramCredentialUpsertion,
)

from infra.local_kafka.plan import HOST, BrokerPlan, ClusterPlan
from infra.local_kafka.ports import free_ports
from infra.local_kafka.prepared import new_id
from tests.support.broker import FaultyCluster, planned_cluster

PROTOCOLS: Final = {"SASL": "SASL_PLAINTEXT", "TLS": "SSL", "SASLTLS": "SASL_SSL"}
"""By the name of the listener."""

SCRAM: Final = "SCRAM-SHA-512"

CLUSTER: Final = "kafka-cluster"
CLIENT: Final = "caseledger"
"""Whom the client's certificate names."""

VALID: Final = timedelta(days=1)


@dataclass(frozen=True)
class Files:
    """Certificates in PEM, as clients and the broker are told them."""

    authority: Path
    broker: Path
    client: Path
    client_key: Path


class Allowed(NamedTuple):
    """What somebody may do."""

    user: str
    kind: ResourceType
    name: str
    operations: tuple[ACLOperation, ...]
    pattern: ACLResourcePatternType = ACLResourcePatternType.LITERAL


@dataclass(frozen=True)
class SecureBroker:
    """Its listeners, and what clients have to say at each. On the open one everybody may do everything."""

    cluster: FaultyCluster
    open: str
    addresses: Mapping[str, str]
    files: Files

    def settings(self, listener: str, user: str = "", password: str = "", mechanism: str = "PLAIN") -> dict[str, str]:
        """The environment of a process that is to use this listener."""
        told = {
            "CASELEDGER_KAFKA": self.addresses[listener],
            "CASELEDGER_KAFKA_SECURITY_PROTOCOL": PROTOCOLS[listener],
        }
        if listener in ("TLS", "SASLTLS"):
            told["CASELEDGER_KAFKA_SSL_CAFILE"] = str(self.files.authority)
        if listener == "TLS":
            told["CASELEDGER_KAFKA_SSL_CERTFILE"] = str(self.files.client)
            told["CASELEDGER_KAFKA_SSL_KEYFILE"] = str(self.files.client_key)
        if user:
            told["CASELEDGER_KAFKA_SASL_MECHANISM"] = mechanism
            told["CASELEDGER_KAFKA_SASL_USERNAME"] = user
            told["CASELEDGER_KAFKA_SASL_PASSWORD"] = password
        return told

    def allow(self, grants: Iterable[Allowed]) -> None:
        """Let clients of these names do this."""
        allowed = [
            ACL(
                f"User:{each.user}",
                "*",
                operation,
                ACLPermissionType.ALLOW,
                ResourcePattern(each.kind, each.name, each.pattern),
            )
            for each in grants
            for operation in each.operations
        ]
        admin = KafkaAdminClient(bootstrap_servers=self.open)
        try:
            assert admin.create_acls(allowed)["failed"] == []
        finally:
            admin.close()

    def know(self, user: str, password: str) -> None:
        """Let the broker know a name and password for SCRAM, which the SASL listeners take beside PLAIN."""
        admin = KafkaAdminClient(bootstrap_servers=self.open)
        try:
            known = admin.alter_user_scram_credentials([UserScramCredentialUpsertion(user, SCRAM, password)])
            assert known == {user: None}
        finally:
            admin.close()

    def allow_everything(self, user: str) -> None:
        """Let a client of this name do all that there is."""
        kinds = ((ResourceType.TOPIC, "*"), (ResourceType.GROUP, "*"), (ResourceType.CLUSTER, CLUSTER))
        self.allow(Allowed(user, kind, name, (ACLOperation.ALL,)) for kind, name in kinds)


@contextmanager
def secure_broker(passwords: Mapping[str, str]) -> Iterator[SecureBroker]:
    """A new broker that knows these names; who may do what is said later, at the open listener."""
    plain, controller, *others = free_ports(2 + len(PROTOCOLS))
    ports = {"PLAINTEXT": plain, **dict(zip(PROTOCOLS, others, strict=True))}
    with tempfile.TemporaryDirectory() as folder:
        files = make_certificates(Path(folder), client=CLIENT)
        settings = _listeners(ports, controller) | _sasl(passwords) | _tls(files) | _acls()
        with planned_cluster(ClusterPlan(new_id(), (BrokerPlan(1, plain, controller),), settings)) as cluster:
            addresses = {name: f"{HOST}:{port}" for name, port in ports.items()}
            yield SecureBroker(cluster, cluster.bootstrap, addresses, files)


def make_certificates(folder: Path, client: str) -> Files:
    """An authority, and what it signed: the broker's certificate and a client's."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("authority", authority_key, None)
    files = Files(*(folder / name for name in ("ca.pem", "broker.pem", "client.pem", "client-key.pem")))
    files.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    key = ec.generate_private_key(ec.SECP256R1())
    signed = _certificate(HOST, key, (authority, authority_key))
    files.broker.write_bytes(_key_text(key) + signed.public_bytes(serialization.Encoding.PEM))
    key = ec.generate_private_key(ec.SECP256R1())
    signed = _certificate(client, key, (authority, authority_key))
    files.client.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    files.client_key.write_bytes(_key_text(key))
    return files


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, issuer_key = (by[0].subject, by[1]) if by else (subject, key)
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - VALID)
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if by:
        built = built.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
    return built.sign(issuer_key, hashes.SHA256())


def _key_text(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _listeners(ports: Mapping[str, int], controller: int) -> dict[str, str]:
    addresses = ",".join(f"{name}://{HOST}:{port}" for name, port in ports.items())
    protocols = {"PLAINTEXT": "PLAINTEXT", "CONTROLLER": "PLAINTEXT", **PROTOCOLS}
    return {
        "listeners": f"{addresses},CONTROLLER://{HOST}:{controller}",
        "advertised.listeners": addresses,
        "listener.security.protocol.map": ",".join(f"{name}:{protocol}" for name, protocol in protocols.items()),
    }


def _sasl(passwords: Mapping[str, str]) -> dict[str, str]:
    users = " ".join(f'user_{name}="{password}"' for name, password in passwords.items())
    module = "org.apache.kafka.common.security"
    told = {}
    for listener in ("sasl", "sasltls"):
        prefix = f"listener.name.{listener}"
        told[f"{prefix}.sasl.enabled.mechanisms"] = f"PLAIN,{SCRAM}"
        told[f"{prefix}.plain.sasl.jaas.config"] = f"{module}.plain.PlainLoginModule required {users};"
        told[f"{prefix}.scram-sha-512.sasl.jaas.config"] = f"{module}.scram.ScramLoginModule required;"
    return told


def _tls(files: Files) -> dict[str, str]:
    return {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(files.broker),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(files.authority),
        "listener.name.tls.ssl.client.auth": "required",
    }


def _acls() -> dict[str, str]:
    return {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
    }
