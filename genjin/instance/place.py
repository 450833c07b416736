"""Where the data live: a fingerprint that tells a copied database from the original, and network mounts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError, connection, transaction

NETWORK_FILE_SYSTEMS = frozenset(
    (
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "ncpfs",
        "afs",
        "9p",
        "ceph",
        "lustre",
        "gpfs",
        "beegfs",
        "drvfs",
    )
)
NETWORK_FUSE = frozenset(("sshfs", "glusterfs", "rclone", "s3fs", "davfs", "mfs", "juicefs", "gcsfuse"))
MACHINE_ID = Path("/etc/machine-id")
MOUNTS = Path("/proc/mounts")


@dataclass(frozen=True)
class Mount:
    """One line of the table of mounted file systems."""

    point: Path
    kind: str

    @property
    def is_network(self) -> bool:
        """Whether other machines may write there, so that SQLite's locks cannot be trusted."""
        kind, _, fuse = self.kind.partition(".")
        return kind in NETWORK_FILE_SYSTEMS or (kind == "fuse" and fuse in NETWORK_FUSE)


def fingerprint() -> str:
    """Digest of where the default database lives: it differs after a copy, a move or a restore elsewhere."""
    if connection.vendor == "postgresql":
        return _digest(_postgresql())
    file = Path(str(connection.settings_dict["NAME"]))
    return of_file(file, home=file)


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:40]


def of_file(file: Path, *, home: Path) -> str:
    """The fingerprint that an SQLite file will have once it was moved to its home: machine, path and inode.

    The device number is left out on purpose: it may change with every boot, and an instance that holds its
    mail after each reboot would be worse than the copy that this misses.
    """
    inode = str(file.stat().st_ino) if file.exists() else ""
    return _digest(["sqlite", machine_id(), str(home.resolve()), inode])


def _postgresql() -> list[str]:
    """The cluster's system identifier and the database's number.

    Stable over restarts and fail-over to a replica; new after dump and restore. A physical copy of the whole
    cluster has the same and must be held by hand.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid::text, datname FROM pg_database WHERE datname = current_database()")
        parts = ["postgresql", *cursor.fetchone()]
        try:
            with transaction.atomic():
                cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
                return [*parts, *cursor.fetchone()]
        except DatabaseError:  # some hosted servers do not let one ask
            return parts


def machine_id() -> str:
    """systemd's id of this machine, empty where there is none (containers)."""
    try:
        return MACHINE_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def mount_of(folder: Path, table: Path = MOUNTS) -> Mount | None:
    """The mounted file system that holds the folder; None where the system does not say."""
    try:
        lines = table.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    wanted, found = folder.resolve(), None
    for line in lines:
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " "))
        # a later mount on the same point hides the earlier one
        if wanted.is_relative_to(point) and (found is None or point.is_relative_to(found.point)):
            found = Mount(point, fields[2])
    return found


def is_on_network(folder: Path) -> str:
    """The kind of network file system under the folder, empty if it is a local one."""
    mount = mount_of(folder)
    return mount.kind if mount and mount.is_network else ""
