"""What a process takes away from itself before it runs other people's queries.

Memory is limited on Linux (elsewhere the system does not hold such a limit). On Linux with an x86-64 or ARM64 processor
a seccomp filter refuses, for the rest of the process's life, every call that makes or uses a socket, io_uring (which
could make one), and the start of another program; no library of the system is needed but libc. Elsewhere there is no
filter, and only the refusal of SERVICE (:mod:`llmkg.guard`) keeps a query from the network.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from typing import Final

__all__ = ["deny_network", "limit_memory", "limit_time"]

_NO_NEW_PRIVILEGES: Final = 38
_SECCOMP: Final = 22
_FILTER_MODE: Final = 2

_LOAD_WORD: Final = 0x20
_IF_EQUAL: Final = 0x15
_IF_AT_LEAST: Final = 0x35
_IF_ABOVE: Final = 0x25
_RETURN: Final = 0x06
_ALLOWED: Final = 0x7FFF0000
_DENIED: Final = 0x00050000 | errno.EACCES
_NUMBER_OFFSET: Final = 0
_MACHINE_OFFSET: Final = 4

_MACHINES: Final = {
    # Audit number; first and last number of calls that are refused: sockets, accept4, recvmmsg, sendmmsg, execve, execveat,
    # io_uring, and on x86-64 all numbers of its 32-bit twin.
    "x86_64": (
        0xC000003E,
        ((41, 55), (59, 59), (288, 288), (299, 299), (307, 307), (322, 322), (425, 427), (0x40000000, 0xFFFFFFFF)),
    ),
    "aarch64": (0xC00000B7, ((198, 212), (221, 221), (242, 243), (269, 269), (281, 281), (425, 427))),
}


def deny_network() -> bool:
    """Let this process, and the threads that it starts from now on, have no sockets. It cannot be undone.

    Returns:
        Whether that holds now; False where there is no such filter.
    """
    if sys.platform != "linux" or platform.machine() not in _MACHINES or struct.calcsize("P") != 8:  # noqa: PLR2004
        return False
    instructions = _filter(*_MACHINES[platform.machine()])
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(instructions), ctypes.addressof(code)))
    control = ctypes.CDLL(None, use_errno=True).prctl
    control.argtypes = [ctypes.c_int, *[ctypes.c_void_p] * 4]
    return bool(
        control(_NO_NEW_PRIVILEGES, 1, None, None, None) == 0
        and control(_SECCOMP, _FILTER_MODE, ctypes.addressof(program), None, None) == 0
    )


def _filter(machine: int, ranges: tuple[tuple[int, int], ...]) -> list[tuple[int, int, int, int]]:
    """A program for the kernel's packet filter: code, steps to skip if true, if false, and an operand each."""
    steps = [
        (_LOAD_WORD, 0, 0, _MACHINE_OFFSET),
        (_IF_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _DENIED),
        (_LOAD_WORD, 0, 0, _NUMBER_OFFSET),
    ]
    for first, last in ranges:
        steps += [(_IF_AT_LEAST, 0, 2, first), (_IF_ABOVE, 1, 0, last), (_RETURN, 0, 0, _DENIED)]
    return [*steps, (_RETURN, 0, 0, _ALLOWED)]


def limit_memory(size: int) -> bool:
    """Let this process write to so much memory and no more; files that it only reads do not count.

    Args:
        size: Bytes.

    Returns:
        Whether that holds now; False where the system has no such limit.
    """
    if sys.platform != "linux":
        return False
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return True


def limit_time(seconds: float) -> None:
    """Let the system end this process if nobody else does, some time after a query should have ended.

    Args:
        seconds: Seconds of processor time that the query may still take.
    """
    if os.name != "posix":
        return
    import resource

    spent = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    most = int(spent + 2 * seconds) + 10
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
