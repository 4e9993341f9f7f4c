"""Confines a forked child before the first line of student code. Linux only; plain system calls through ctypes.

Order matters: namespaces while we still may, mounts, then capabilities away, then Landlock, then seccomp, which also
forbids undoing any of it. Every step raises OSError when the kernel refuses: a child that is not confined never runs.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWCGROUP = 0x10000000, 0x20000000, 0x40000000, 0x02000000
_NEW_NAMESPACES = (
    CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP
)
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_MNT_DETACH = 2
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_CAPBSET_DROP, _PR_CAP_AMBIENT, _PR_SET_SECCOMP = 1, 38, 24, 47, 22
_PR_SET_CHILD_SUBREAPER = 36
_PR_CAP_AMBIENT_CLEAR_ALL, _SECCOMP_MODE_FILTER = 4, 2

HOME, SCRATCH = "/work", "/scratch"  # both exist, empty, in the box


def _check(result: int, call: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")
    return result


def _prctl(option: int, *arguments: int) -> None:
    values = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    _check(_libc.prctl(option, *values), f"prctl({option})")


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    encoded = [text.encode() for text in (source, target, kind)]
    _check(_libc.mount(*encoded, ctypes.c_ulong(flags), options.encode()), f"mount {target}")


def die_with_parent() -> None:
    """Ask the kernel for SIGKILL when the parent dies."""
    _prctl(_PR_SET_PDEATHSIG, 9)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none can slip away."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_orphans() -> None:
    """Kill and reap this process's descendants until there are none; each one killed hands over its children."""
    while True:
        for folder in Path("/proc").glob("[0-9]*"):
            if _parent_of(folder) == os.getpid():
                os.kill(int(folder.name), 9)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return


def _parent_of(process: Path) -> int:
    try:
        return int((process / "stat").read_bytes().rsplit(b")", 1)[1].split()[1])
    except OSError:
        return 0  # it has just ended


def own_new_processes() -> None:
    """Enter a new user namespace, which owns the process namespace that this process's next child will start."""
    _enter_user_namespace(CLONE_NEWPID)


def share_nothing() -> None:
    """Leave the mounts, System V objects and host name that are shared so far."""
    _check(_libc.unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS), "unshare")


def give_up_rights() -> None:
    """Enter a user namespace that owns nothing: limits count in it alone, and its capabilities reach nowhere else."""
    _enter_user_namespace()


def _enter_user_namespace(others: int = 0) -> None:
    uid, gid = os.getuid(), os.getgid()
    _check(_libc.unshare(CLONE_NEWUSER | others), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        Path(f"/proc/self/{name}").write_text(text, encoding="ascii")


def fork_apart(own: int) -> int:
    """Fork a child that is the first of a new process namespace; `own` is open on this process's own one."""
    _check(_libc.unshare(CLONE_NEWPID), "unshare")
    pid = os.fork()
    if pid:
        _check(_libc.setns(own, CLONE_NEWPID), "setns")
    return pid


def mount_private_folders(disk_bytes: int, disk_files: int) -> None:
    """Mount this child's own /proc and one small tmpfs, seen as the home folder, /tmp and /dev/shm."""
    _mount("none", "/", "", _MS_REC | _MS_PRIVATE)
    _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    # size= does not limit the number of files, nr_inodes= does
    _mount("tmpfs", SCRATCH, "tmpfs", _MS_NOSUID | _MS_NODEV, f"size={disk_bytes},nr_inodes={disk_files},mode=0755")
    for name, target in (("home", HOME), ("tmp", "/tmp"), ("shm", "/dev/shm")):
        Path(SCRATCH, name).mkdir(0o700)
        _mount(f"{SCRATCH}/{name}", target, "", _MS_BIND)
    _check(_libc.umount2(SCRATCH.encode(), _MNT_DETACH), "umount2")


def set_limits(limits: dict[str, int]) -> None:
    """Set the rlimits; soft and hard alike but for memory, which keeps some room for reading the answers."""
    hard_data_bytes = _data_bytes_now() + limits["memory_bytes"]
    pairs = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_CPU: (limits["cpu_s"], limits["cpu_s"] + 5),
        resource.RLIMIT_FSIZE: (limits["disk_bytes"],) * 2,
        resource.RLIMIT_NOFILE: (limits["open_files"],) * 2,
        resource.RLIMIT_NPROC: (limits["processes"],) * 2,  # counts per user of this user namespace, no other's
        # RLIMIT_AS starves NumPy, which reserves address space it never touches
        resource.RLIMIT_DATA: (hard_data_bytes - limits["reserve_bytes"], hard_data_bytes),
        resource.RLIMIT_MEMLOCK: (1 << 16,) * 2,
        resource.RLIMIT_MSGQUEUE: (0, 0),
    }
    for kind, pair in pairs.items():
        try:
            resource.setrlimit(kind, pair)
        except ValueError as error:
            allowed = resource.getrlimit(kind)[1]
            raise OSError(f"{_NAMES[kind]}: this machine allows {allowed} (ulimit -H), {pair[1]} is needed") from error


_NAMES = {getattr(resource, name): name for name in reversed(dir(resource)) if name.startswith("RLIMIT_")}


def release_reserve() -> None:
    """Raise the soft memory limit to the hard one, so that answers can be read after student code filled it."""
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def _data_bytes_now() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()


def drop_capabilities() -> None:
    """Drop every capability from every set, and the right to gain any by executing a program."""
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            break  # past the last one that this kernel knows
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = ctypes.create_string_buffer(struct.pack("<Ii", 0x20080522, 0))
    data = ctypes.create_string_buffer(bytes(24))
    _check(_libc.capset(header, data), "capset")
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


# ---------------------------------------------------------------- Landlock

_SYS_LANDLOCK_CREATE, _SYS_LANDLOCK_ADD, _SYS_LANDLOCK_RESTRICT = 444, 445, 446  # the same on every architecture
_READ, _WRITE = 0b1101, 0b1111111110010  # execute, read_file, read_dir | write_file, remove_*, make_*
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15


def landlock_abi() -> int:
    """Return the kernel's Landlock version; 0 where it has none."""
    version: int = _libc.syscall(_SYS_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    return max(version, 0)


def restrict_files(writable: tuple[str, ...], readable: tuple[str, ...]) -> None:
    """Allow reading and executing below `readable`, everything below `writable`, no TCP and no sockets of others."""
    abi = landlock_abi()
    if abi == 0:
        raise OSError("Landlock is not available in this kernel")
    handled = _READ | _WRITE
    handled |= (_REFER if abi >= 2 else 0) | (_TRUNCATE if abi >= 3 else 0) | (_IOCTL_DEV if abi >= 5 else 0)
    # fields: access_fs, access_net (bind, connect), scoped (abstract sockets, signals)
    fields = [handled] + ([3] if abi >= 4 else []) + ([3] if abi >= 6 else [])
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = _check(
        _libc.syscall(_SYS_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0), "landlock_create_ruleset"
    )
    for path in readable:
        _allow(ruleset, path, _READ)
    for path in writable:
        _allow(ruleset, path, handled)
    _allow(ruleset, "/dev/null", _READ | 2 | (handled & _TRUNCATE))
    _check(_libc.syscall(_SYS_LANDLOCK_RESTRICT, ruleset, 0), "landlock_restrict_self")
    os.close(ruleset)


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # not every distribution has /lib64
    try:
        if not Path(path).is_dir():
            access &= 0b110 | 1 | _TRUNCATE | _IOCTL_DEV  # a file takes file rights only
        rule = struct.pack("=Qi", access, folder)
        _check(_libc.syscall(_SYS_LANDLOCK_ADD, ruleset, 1, rule, 0), f"landlock_add_rule {path}")
    finally:
        os.close(folder)


# ---------------------------------------------------------------- seccomp

_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM, _ENOMEM, _ENOSYS, _EAFNOSUPPORT = 1, 12, 38, 97
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_OFFSET_NUMBER, _OFFSET_ARCHITECTURE = 0, 4
_OFFSET_ARGUMENT_0, _OFFSET_ARGUMENT_1, _OFFSET_ARGUMENT_2, _OFFSET_ARGUMENT_3 = 16, 24, 32, 40

# Refused with EPERM: what reaches the network, other processes, the kernel's configuration or rarely reviewed code.
# Names as in the kernel's tables: (x86_64, aarch64); None where the architecture has no such call.
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202),
    "accept4": (288, 242), "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "process_madvise": (440, 440), "mount": (165, 40),
    "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "move_mount": (429, 429),
    "open_tree": (428, 428), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "open_tree_attr": (467, 467), "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "syslog": (103, 116),
    "sethostname": (170, 161), "setdomainname": (171, 162), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "adjtimex": (159, 171), "clock_adjtime": (305, 266), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "fanotify_init": (300, 262), "fanotify_mark": (301, 263),
    "personality": (135, 92), "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None),
    "uselib": (134, None), "lookup_dcookie": (212, 18), "move_pages": (279, 239), "migrate_pages": (256, 238),
    "mbind": (237, 235), "vhangup": (153, 58), "mknod": (133, None), "mknodat": (259, 33), "seccomp": (317, 277),
    "memfd_secret": (447, 447), "setuid": (105, 146), "setgid": (106, 144), "setgroups": (116, 159),
    # System V and POSIX objects outlive their maker
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190), "semop": (65, 193),
    "semtimedop": (220, 192), "semctl": (66, 191), "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188),
    "msgctl": (71, 187), "mq_open": (240, 180), "mq_unlink": (241, 181),
    "sched_setscheduler": (144, 119), "sched_setparam": (142, 118), "sched_setattr": (314, 274),
    "ioprio_set": (251, 30), "memfd_create": (319, 279),
}  # fmt: skip
# Refused as well where the student shares the instructor's files: Landlock does not know these calls.
_REFUSED_ON_SHARED_FILES: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "setxattrat": (463, 463), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "fremovexattr": (199, 16), "removexattrat": (466, 466), "file_setattr": (469, 469),
}  # fmt: skip
# Calls up to here were looked at, as of Linux 6.17. Of what is newer nobody knows what it opens: it is not there.
_REVIEWED = 469
# Allowed where these arguments are zero, which means the caller alone; priorities of others are changed by number.
_SETPRIORITY, _SCHED_SETAFFINITY = (141, 140), (203, 122)
_OWN_ONLY = {_SETPRIORITY: (_OFFSET_ARGUMENT_0, _OFFSET_ARGUMENT_1), _SCHED_SETAFFINITY: (_OFFSET_ARGUMENT_0,)}
_CLONE, _CLONE3, _SOCKETPAIR, _PRLIMIT64, _SETRLIMIT = (56, 220), (435, 435), (53, 199), (302, 261), (160, 164)
_MMAP, _MAP_SHARED, _MAP_ANONYMOUS = (9, 222), 1, 0x20
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _refuse(number: int, error: int) -> list[bytes]:
    return [_instruction(_JUMP_EQUAL, number, 0, 1), _instruction(_RETURN, _ERRNO | error)]


def _allow_for_itself(number: int, arguments: tuple[int, ...]) -> list[bytes]:
    program = [_instruction(_JUMP_EQUAL, number, 0, 3 * len(arguments) + 1)]
    for offset in arguments:
        program += [
            _instruction(_LOAD, offset),
            _instruction(_JUMP_EQUAL, 0, 1, 0),
            _instruction(_RETURN, _ERRNO | _EPERM),
        ]
    return [*program, _instruction(_RETURN, _ALLOW)]


def _filter_program(machine: str, refused: dict[str, tuple[int | None, int | None]]) -> bytes:
    column, architecture = ARCHITECTURES[machine]
    program = [
        _instruction(_LOAD, _OFFSET_ARCHITECTURE),
        _instruction(_JUMP_EQUAL, architecture, 1, 0),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _OFFSET_NUMBER),
    ]
    if machine == "x86_64":  # the x32 calls would be a way round every refusal below
        program += [_instruction(_JUMP_GREATER_EQUAL, 0x40000000, 0, 1), _instruction(_RETURN, _KILL)]
    program += [_instruction(_JUMP_GREATER_EQUAL, _REVIEWED + 1, 0, 1), _instruction(_RETURN, _ERRNO | _ENOSYS)]
    for numbers in refused.values():
        number = numbers[column]
        if number is not None:
            program += _refuse(number, _EPERM)
    for numbers, arguments in _OWN_ONLY.items():
        program += _allow_for_itself(numbers[column], arguments)
    program += _refuse(_CLONE3[column], _ENOSYS)  # its flags lie behind a pointer; libc falls back to clone
    program += [  # clone: only without new namespaces
        _instruction(_JUMP_EQUAL, _CLONE[column], 0, 4),
        _instruction(_LOAD, _OFFSET_ARGUMENT_0),
        _instruction(_JUMP_SET, _NEW_NAMESPACES, 0, 1),
        _instruction(_RETURN, _ERRNO | _EPERM),
        _instruction(_RETURN, _ALLOW),
        _instruction(_JUMP_EQUAL, _SOCKETPAIR[column], 0, 4),  # socketpair: AF_UNIX only
        _instruction(_LOAD, _OFFSET_ARGUMENT_0),
        _instruction(_JUMP_EQUAL, 1, 1, 0),
        _instruction(_RETURN, _ERRNO | _EAFNOSUPPORT),
        _instruction(_RETURN, _ALLOW),
        _instruction(_JUMP_EQUAL, _PRLIMIT64[column], 0, 13),  # prlimit64: of this process only, and as for setrlimit
        _instruction(_LOAD, _OFFSET_ARGUMENT_0),
        _instruction(_JUMP_EQUAL, 0, 1, 0),
        _instruction(_RETURN, _ERRNO | _EPERM),
        _instruction(_LOAD, _OFFSET_ARGUMENT_1),
        _instruction(_JUMP_EQUAL, resource.RLIMIT_CPU, 1, 0),
        _instruction(_RETURN, _ALLOW),
        _instruction(_LOAD, _OFFSET_ARGUMENT_2),  # the new limit's address, in two halves: there is none when asking
        _instruction(_JUMP_EQUAL, 0, 1, 0),
        _instruction(_RETURN, _ERRNO | _EPERM),
        _instruction(_LOAD, _OFFSET_ARGUMENT_2 + 4),
        _instruction(_JUMP_EQUAL, 0, 1, 0),
        _instruction(_RETURN, _ERRNO | _EPERM),
        _instruction(_RETURN, _ALLOW),
        # setrlimit: not of processor time, past which the kernel kills as if somebody outside had
        _instruction(_JUMP_EQUAL, _SETRLIMIT[column], 0, 4),
        _instruction(_LOAD, _OFFSET_ARGUMENT_0),
        _instruction(_JUMP_EQUAL, resource.RLIMIT_CPU, 0, 1),
        _instruction(_RETURN, _ERRNO | _EPERM),
        _instruction(_RETURN, _ALLOW),
        _instruction(_JUMP_EQUAL, _MMAP[column], 0, 4),  # mmap: shared anonymous memory is in no rlimit
        _instruction(_LOAD, _OFFSET_ARGUMENT_3),
        _instruction(_JUMP_SET, _MAP_ANONYMOUS, 0, 2),
        _instruction(_JUMP_SET, _MAP_SHARED, 0, 1),
        _instruction(_RETURN, _ERRNO | _ENOMEM),
        _instruction(_RETURN, _ALLOW),
    ]
    return b"".join(program)


def refuse_system_calls(*, shared_files: bool = False) -> None:
    """Install the filter for this process and all it will start; needs `no_new_privs`.

    `shared_files`: no mount namespace stands between the student and the files of the user who runs the grader.
    """
    machine = os.uname().machine
    if machine not in ARCHITECTURES:
        raise OSError(f"no seccomp filter for {machine}")
    program = _filter_program(machine, _REFUSED | (_REFUSED_ON_SHARED_FILES if shared_files else {}))
    code = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("@HP", len(program) // 8, ctypes.addressof(code)))
    _check(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, head, 0, 0), "seccomp")
