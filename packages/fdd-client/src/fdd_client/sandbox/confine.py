"""Confines the process that runs it, then trains, predicts, looks at an unknown file, or
probes.

Run as ``python confine.py LEVEL MODE JOB MEMORY [PATH …]`` by ``levels``: nothing else is imported
before the walls stand.

- A: bubblewrap has built the walls outside; a system call filter is added inside.
- B: user, network, mount and IPC namespaces of its own, Landlock, filter.
- C: Landlock and filter. Landlock alone would let datagrams out, so the filter refuses every
  socket but local ones at each level.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Final

__all__ = ["main"]

_NEW_USER, _NEW_NET, _NEW_IPC, _NEW_MOUNT = 0x10000000, 0x40000000, 0x08000000, 0x00020000
_NO_NEW_PRIVILEGES: Final = 38
_PARENT_DEATH_SIGNAL: Final = 1
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ: Final = 0b1101  # execute, read file, read directory
_WRITE: Final = 0xFFFF
_FILE_ONLY: Final = 0b111 | 1 << 14 | 1 << 15  # rights that a rule on a plain file may name
_FORBIDDEN: Final = (
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "unshare",
    "setns",
    "mount",
    "umount2",
    "pivot_root",
    "bpf",
    "io_uring_setup",
    "io_uring_enter",
    "keyctl",
    "add_key",
    "request_key",
    "perf_event_open",
    "userfaultfd",
    "kexec_load",
    "init_module",
    "finit_module",
    "open_by_handle_at",
)
_libc: Final = ctypes.CDLL(None, use_errno=True)


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def _check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def _namespaces() -> None:
    uid, gid = os.getuid(), os.getgid()
    _check(_libc.unshare(_NEW_USER | _NEW_NET | _NEW_IPC | _NEW_MOUNT), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def _landlock(readable: list[str], writable: list[str]) -> None:
    abi = _check(_libc.syscall(_CREATE_RULESET, None, 0, 1), "landlock")
    handled = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(abi, 16)) - 1
    rules = _Ruleset(handled, 0b11 if abi >= 4 else 0)
    size = ctypes.sizeof(rules) if abi >= 4 else 8
    ruleset = _check(_libc.syscall(_CREATE_RULESET, ctypes.byref(rules), size, 0), "landlock")
    for paths, rights in ((readable, _READ), (writable, _WRITE)):
        for path in paths:
            _allow(ruleset, path, rights & handled)
    _check(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no_new_privs")
    _check(_libc.syscall(_RESTRICT_SELF, ruleset, 0), "landlock")
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not Path(path).is_dir():
            rights &= _FILE_ONLY
        rule = _PathRule(rights, handle)
        _check(_libc.syscall(_ADD_RULE, ruleset, 1, ctypes.byref(rule), 0), "landlock rule")
    finally:
        os.close(handle)


def _filter() -> None:
    import pyseccomp as seccomp

    refuse = seccomp.ERRNO(errno.EPERM)
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    rules.add_rule(refuse, "socket", seccomp.Arg(0, seccomp.NE, socket.AF_UNIX))
    for name in _FORBIDDEN:
        rules.add_rule(refuse, name)
    rules.load()


def _limits(memory_mib: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory_mib:
        resource.setrlimit(resource.RLIMIT_AS, (memory_mib << 20, memory_mib << 20))


def _probe(job: str) -> int:
    """Exit status 0 when no packet can leave; that no file can, the caller sees outside."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            with socket.socket(socket.AF_INET, kind) as connection:
                connection.connect(("127.0.0.1", 9))
            return 1
        except OSError as error:
            if error.errno not in {errno.ENETUNREACH, errno.EPERM, errno.EACCES}:
                return 1
    with contextlib.suppress(OSError):
        (Path(job).resolve().parent / "outside").write_text("escaped")
    (Path(job) / "inside").write_text("works")
    return 0


def main(arguments: list[str]) -> int:
    """Confine this process, then do what ``mode`` says."""
    level, mode, job, memory, *readable = arguments
    _limits(int(memory))
    if level == "B":
        _namespaces()
    if level in {"B", "C"}:
        # Threads write to their own entries of /proc/self; devices are for random bytes and null.
        # A graphics processor is used by writing to its devices.
        devices = [path for path in readable if path.startswith("/dev/")]
        _landlock(
            [*(set(readable) - set(devices)), "/proc", "/sys/devices/system/cpu"],
            [job, "/dev/null", "/dev/urandom", *devices],
        )
    if level != "none":
        _filter()
    # After the walls: a change of credentials would clear it. bubblewrap does the same at level A.
    _check(_libc.prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0), "parent death signal")
    if mode == "probe":
        return _probe(job)
    if mode == "preview":
        from fdd_client.sandbox.preview import preview

        return preview(Path(job))
    if mode == "predict":
        from fdd_client.sandbox.predict import predict

        return predict(Path(job))
    from fdd_client.sandbox.child import train

    return train(Path(job))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
