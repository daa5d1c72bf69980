"""What a graded program may not ask the kernel for: a filter of system calls, as classic BPF.

The filter denies rather than lists what is allowed, because it is the second wall: namespaces and limits stand without
it. It closes what they leave open: looking into other processes, new namespaces and mounts, keys, kernel modules,
memory that no limit counts, and every network but the one between its own processes. What came to the kernel after this
list was made does not exist for the program.

Numbers are those of `asm/unistd_64.h` (x86-64) and `asm-generic/unistd.h` (aarch64); those from 424 on are the same.
"""

import errno
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

# The fields of `struct seccomp_data`; of an argument only its lower half is compared (both machines are little-endian).
_NUMBER: Final = 0
_MACHINE: Final = 4
_FIRST_ARGUMENT: Final = 16
_SECOND_ARGUMENT: Final = 24

_LOAD: Final = 0x20
_IF_EQUAL: Final = 0x15
_IF_AT_LEAST: Final = 0x35
_IF_ANY_BIT: Final = 0x45
_RETURN: Final = 0x06

_ALLOW: Final = 0x7FFF0000
_ERROR: Final = 0x00050000
_KILL: Final = 0x80000000

_DENIED: Final = _ERROR | errno.EPERM
_ABSENT: Final = _ERROR | errno.ENOSYS

_X32: Final = 0x40000000
"""Numbers from here on are those of the x32 interface, a second way to every call of x86-64."""

_LAST_KNOWN: Final = 466

_NEW_NAMESPACES: Final = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET."""

_UNIX: Final = 1
_TERMINAL_INPUT: Final = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX: typing into a terminal."""

_BY_MACHINE: Final[Mapping[str, tuple[int, int]]] = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""Machine → the name that the kernel gives it, and its column below."""

_NOWHERE: Final = -1
_DENIED_CALLS: Final[Mapping[str, tuple[int, int]]] = {
    # Looking into other processes.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "perf_event_open": (298, 241),
    # Other namespaces, mounts and roots.
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    # Keys, and parts of the kernel with a history of holes.
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "modify_ldt": (154, _NOWHERE),
    "iopl": (172, _NOWHERE),
    "ioperm": (173, _NOWHERE),
    "personality": (135, 92),
    "vhangup": (153, 58),
    # The machine itself.
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "syslog": (103, 116),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # Memory that belongs to no process and lies in no folder, so that nothing would count it.
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
}

_CLONE: Final = (56, 220)
_CLONE3: Final = (435, 435)
_SOCKET: Final = (41, 198)
_SOCKETPAIR: Final = (53, 199)
_IOCTL: Final = (16, 29)

Instruction = tuple[int, int, int, int]
"""Operation, instructions to skip where its test holds and where not, operand: `struct sock_filter`."""


def machines() -> Sequence[str]:
    """List the machines that there is a filter for, as `uname` names them."""
    return sorted(_BY_MACHINE)


def system_call_filter(machine: str) -> bytes:
    """Return the filter for a machine, as `bwrap --seccomp` reads it."""
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in _instructions(*_BY_MACHINE[machine]))


def _instructions(name: int, column: int) -> Iterator[Instruction]:
    yield _LOAD, 0, 0, _MACHINE
    # Programs for another machine, 32-bit ones above all, number their calls otherwise: they would slip through.
    yield from _unless(name, _KILL)
    yield _LOAD, 0, 0, _NUMBER
    if column == _BY_MACHINE["x86_64"][1]:
        yield from _from(_X32, _KILL)
    yield from _from(_LAST_KNOWN + 1, _ABSENT)
    # Its flags lie in memory, where no filter can look; the C library falls back to `clone`.
    yield from _if(_CLONE3[column], _ABSENT)
    for numbers in _DENIED_CALLS.values():
        if numbers[column] != _NOWHERE:
            yield from _if(numbers[column], _DENIED)
    yield from _by_argument(_CLONE[column], [(_LOAD, 0, 0, _FIRST_ARGUMENT), (_IF_ANY_BIT, 0, 1, _NEW_NAMESPACES)])
    for call in (_SOCKET, _SOCKETPAIR):
        yield from _by_argument(call[column], [(_LOAD, 0, 0, _FIRST_ARGUMENT), (_IF_EQUAL, 1, 0, _UNIX)])
    for request in _TERMINAL_INPUT:
        yield from _by_argument(_IOCTL[column], [(_LOAD, 0, 0, _SECOND_ARGUMENT), (_IF_EQUAL, 0, 1, request)])
    yield _RETURN, 0, 0, _ALLOW


def _if(number: int, answer: int) -> list[Instruction]:
    return [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, answer)]


def _unless(number: int, answer: int) -> list[Instruction]:
    return [(_IF_EQUAL, 1, 0, number), (_RETURN, 0, 0, answer)]


def _from(number: int, answer: int) -> list[Instruction]:
    return [(_IF_AT_LEAST, 0, 1, number), (_RETURN, 0, 0, answer)]


def _by_argument(number: int, test: list[Instruction]) -> list[Instruction]:
    """Deny a call where a test of an argument holds; the number is loaded again for what follows."""
    inner = [*test, (_RETURN, 0, 0, _DENIED), (_LOAD, 0, 0, _NUMBER)]
    return [(_IF_EQUAL, 0, len(inner), number), *inner]
