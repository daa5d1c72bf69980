"""Threads that decode the same kind of document for the first time at the same moment."""

import subprocess
import sys

RACE = """
import sys, threading
import msgspec
from proofboard.schemas.preparing import prepare_structs

KINDS = 200
for n in range(KINDS):
    fields = "".join(f"    f{field}: 'dict[str, Leaf{n} | None] | None' = None\\n" for field in range(12))
    leaf = f"class Leaf{n}(msgspec.Struct, frozen=True):\\n    a: 'int | None' = None\\n    b: 'tuple[str, ...]' = ()"
    exec(f"{leaf}\\nclass Kind{n}(msgspec.Struct, frozen=True):\\n{fields}")
if "prepared" in sys.argv:
    prepare_structs()
sys.setswitchinterval(1e-6)


def decode(barrier, kind):
    barrier.wait()
    msgspec.json.decode(b'{"f0": {"a": {"a": 1}}, "f11": {"b": {"b": ["x"]}}}', type=kind)


for n in range(KINDS):
    barrier = threading.Barrier(8)
    threads = [threading.Thread(target=decode, args=(barrier, globals()[f"Kind{n}"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print("all decoded")
"""
"""Without `prepare_structs` it ends by a segmentation fault, nearly always."""


def test_threads_may_decode_a_prepared_struct_at_the_same_moment() -> None:
    done = subprocess.run([sys.executable, "-c", RACE, "prepared"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "all decoded")


def test_a_struct_that_no_document_can_hold_is_left_alone() -> None:
    source = (
        "import msgspec\n"
        "from proofboard.schemas.preparing import prepare_structs\n"
        "class A(msgspec.Struct): x: int\n"
        "class B(msgspec.Struct): x: int\n"
        "class Unreadable(msgspec.Struct): either: A | B\n"
        "class Last(msgspec.Struct): x: int\n"
        "prepare_structs()\n"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
