"""Problems of the category `algorithms`."""

from inputs import Chance

from problems.problem import Drawn, Problem, lines, times


def _order(group: str, chance: Chance) -> Drawn:
    names = chance.shuffled([chance.word(2, 4) + str(n) for n in range(7)])
    rows = [f"{name}: {' '.join(chance.shuffled(names[:n])[:2])}".rstrip() for n, name in enumerate(names)]
    if group == "basic":
        yield "after what is needed", lines(*chance.shuffled(rows))
        yield "the smallest name first", lines("d:", "b: a", "c:", "a:", f"{chance.word(3, 5)}: c")
    elif group == "edge":
        yield "circles", lines(*rows, f"{names[0]}: {names[-1]}", f"{names[-1]}: {names[0]}")
        yield "names without a line", lines(f"b: z {chance.word(3, 5)}", "a: y", "c: a b")
        yield (
            "a task on two lines, a need named twice",
            lines("a: b b", "a: c", f"d: a a {chance.word(1, 2)}x", "b: c c"),
        )
        yield "circles", lines(f"{chance.word(2, 5)}:", "a: a")
    else:
        yield "many tasks", [times(chance.number(12000, 14000), "t<n>: t<near 9>0 t<near 50>x\n", chance)]
        yield "many tasks", [times(24000, "<word 5 7>: root<int 1 3>\n", chance)]


def _route(group: str, chance: Chance) -> Drawn:
    def road(most: int = 6) -> str:
        return f"{chance.pick('abcdef')} {chance.pick('abcdef')} {chance.number(1, most)}"

    if group == "basic":
        yield "the cheapest", lines("a f", "a b 9", "b f 9", "a c 2", f"c f {chance.number(3, 12)}", "c b 3")
        yield "roads go both ways", lines("f a", *(road() for _ in range(9)), f"a f {chance.number(9, 30)}")
    elif group == "edge":
        yield "no way", lines(f"a {chance.word(2, 3)}", *(road() for _ in range(5)))
        yield "from a place to itself", lines("b b", *(road() for _ in range(4)))
        yield (
            "the first by the alphabet",
            lines("s t", "s b 1", "s a 2", "b t 3", "a t 2", f"s c {chance.number(1, 3)}", "c t 1", "a b 1"),
        )
        yield "the first by the alphabet", lines("a f", *(road(3) for _ in range(14)), "a f 90")
        yield "several roads between two places", lines("x y", "x y 7", f"y x {chance.number(2, 5)}", "x y 6", "x x 1")
    else:
        roads = times(chance.number(6000, 7000), "n<int 1 1500> n<int 1 1500> <int 1 99>\n", chance)
        yield "many roads", ["n1 n1500\nn1 n1500 9999\n", roads]
        yield "many roads", ["p0 p2500\n", times(2500, "p<n> p<near 3> <int 1 9>\n", chance), "p2500 p2499 1\n"]


def _rise(group: str, chance: Chance) -> Drawn:
    def some(count: int, most: int = 99) -> str:
        return " ".join(str(chance.number(-most, most)) for _ in range(count))

    if group == "basic":
        yield "the longest rise", lines(some(12))
        yield "gaps are allowed", lines("1 50 2 60 3 70 4", f"5 {chance.number(6, 40)} 4 41")
    elif group == "edge":
        yield "equal numbers do not rise", lines("3 3 3", f"1 {some(8, 2)} 1")
        yield "nothing to rise", "" if chance.below(2) else "\n\n"
        yield "below zero", lines("-1 -2 -3", f"-{chance.number(5, 9)} -5 0")
        yield "numbers over several lines", lines(some(5), "", some(6), f"  {some(3)}  ")
    else:
        yield "many numbers", [times(chance.number(24000, 28000), "<int -900000 900000> ", chance)]
        yield "many numbers", [times(20000, "<n><int 10 99>\n", chance)]


def _cache(group: str, chance: Chance) -> Drawn:
    def step() -> str:
        key = chance.pick("abcd")
        return f"put {key} {chance.number(1, 99)}" if chance.below(2) else f"get {key}"

    if group == "basic":
        yield "values and misses", lines(9, "put a 1", "get a", "get b", *(step() for _ in range(6)))
        yield (
            "the oldest goes",
            lines(2, "put a 1", "put b 2", "put c 3", "get a", "get b", f"put {chance.word(1, 3)}z 4", "get c"),
        )
    elif group == "edge":
        yield (
            "reading makes young",
            lines(2, "put a 1", "put b 2", "get a", f"put c {chance.number(3, 9)}", "get a", "get b", "get c"),
        )
        yield (
            "writing again makes young",
            lines(2, "put a 1", "put b 2", f"put a {chance.number(3, 9)}", "put c 4", "get a", "get b"),
        )
        yield "room for one, room for none", lines(chance.number(0, 1), "put a 1", "get a", "put b 2", "get a", "get b")
        yield "values and misses", lines(3, *(step() for _ in range(25)))
    else:
        yield (
            "many steps",
            ["4000\n", times(chance.number(12000, 15000), "put k<int 1 6000> <int 1 99>\nget k<int 1 6000>\n", chance)],
        )
        yield (
            "many steps",
            ["50\n", times(15000, "<pick get x|put x 1|get y|put z 7>\nget k<int 1 60>\nput k<int 1 60> 5\n", chance)],
        )


def _stack(group: str, chance: Chance) -> Drawn:
    one, other = chance.number(2, 40), chance.number(2, 40)
    if group == "basic":
        yield "arithmetic", lines(f"push {one}", f"push {other}", "add", "print", "push 3", "mul", "print")
        yield "the order of sub", lines(f"push {one}", f"push {other}", "sub", "print", "push -5", "sub", "print")
    elif group == "edge":
        yield (
            "dup, swap, drop",
            lines(
                f"push {one}", "dup", "mul", f"push {other}", "swap", "print", "drop", "print", "dup", "sub", "print"
            ),
        )
        yield (
            "too little on the stack",
            lines(f"push {one}", "print", chance.pick(["add", "swap", "mul", "sub"]), "print"),
        )
        yield "too little on the stack", lines(chance.pick(["print", "drop", "dup"]), f"push {one}")
        yield (
            "what is no command",
            lines(
                "push 1",
                "print",
                chance.pick(["jump", "push", "push x", "push 1 2", "print 1", "", "Push 1", "push 1.5"]),
                "print",
            ),
        )
        yield (
            "leading zeros mean nothing",
            lines("push 010", "print", f"push -00{chance.number(10, 99)}", "print", "push 08", "add", "print"),
        )
    else:
        steps = times(chance.number(600, 700), "push <int -99 99>\ndup\nadd\nprint\n<pick drop|dup|push 7>\n", chance)
        yield "long programs", [steps]
        yield "long programs", ["push 1\n", times(800, "push <int 1 9>\n<pick add|sub|swap>\nprint\n", chance)]


BINARY = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b}
NEEDED = {"add": 2, "sub": 2, "mul": 2, "swap": 2, "dup": 1, "drop": 1, "print": 1}


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdigit() and text.isascii()


def _stacked(text: str) -> str:
    stack: list[int] = []
    out: list[object] = []
    for number, row in enumerate(text.split("\n")[:-1], start=1):
        if row.startswith("push ") and _is_number(row[5:]):
            stack.append(int(row[5:]))
        elif row not in NEEDED or len(stack) < NEEDED[row]:
            return lines(*out, f"error in line {number}")
        elif row in BINARY:
            other, one = stack.pop(), stack.pop()
            stack.append(BINARY[row](one, other))
        elif row == "swap":
            stack[-2:] = stack[:-3:-1]
        elif row == "drop":
            stack.pop()
        elif row == "dup":
            stack.append(stack[-1])
        else:
            out.append(stack[-1])
    return lines(*out)


def _life(group: str, chance: Chance) -> Drawn:
    def grid(height: int, width: int) -> list[str]:
        return ["".join(chance.pick("#..") for _ in range(width)) for _ in range(height)]

    if group == "basic":
        yield "one step", lines(1, *grid(5, 6))
        yield "several steps", lines(chance.number(2, 4), ".....", "..#..", "..#..", "..#..", ".....")
    elif group == "edge":
        yield "outside is dead", lines(1, "##", "##") if chance.below(2) else lines(1, "###", "#.#", "###")
        yield "no step", lines(0, *grid(3, 4))
        yield "one line or one column", lines(2, *grid(1, 7)) if chance.below(2) else lines(1, *"#.##.###")
        yield "outside is dead", lines(3, *grid(4, 3))
    else:
        yield (
            "large fields",
            [
                "4\n",
                times(
                    chance.number(16, 20),
                    "<pick ##.|...|.#.|#.#><pick .##|..#|#..><pick ##.|...><pick .#.|..#>\n",
                    chance,
                ),
            ],
        )
        yield "many steps", [f"{chance.number(25, 30)}\n", times(7, "<pick #..|.#.|###><pick .#.|##.>\n", chance)]


def _lived(text: str) -> str:
    first, *rows = text.split()
    alive = {(y, x) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell == "#"}
    around = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if y or x]
    for _ in range(int(first)):
        counts: dict[tuple[int, int], int] = {}
        for y, x in alive:
            for down, right in around:
                counts[y + down, x + right] = counts.get((y + down, x + right), 0) + 1
        alive = {
            (y, x)
            for (y, x), count in counts.items()
            if 0 <= y < len(rows) and 0 <= x < len(rows[0]) and (count == 3 or (count == 2 and (y, x) in alive))
        }
    return lines(*("".join("#" if (y, x) in alive else "." for x in range(len(row))) for y, row in enumerate(rows)))


PROBLEMS = [
    Problem(
        "build-order",
        "The order of tasks",
        "algorithms",
        "python",
        "medium",
        """Every line is `TASK: NEED NEED …`: a task, a colon, and the tasks that must be done before it, if any,
each behind a space. Names hold letters a to z and digits. A task may have several lines, and a need may be named
more than once; what is only named as a need is a task too. Print all tasks, one on a line, so that each stands
behind what it needs: at every step the first by code point of all that can be done now. Where there is no such
order, print only `circle`.""",
        [("app: lib log\nlib: log\ndoc:\n", "doc\nlog\nlib\napp\n")],
        _order,
    ),
    Problem(
        "cheapest-route",
        "The cheapest route",
        "algorithms",
        "python",
        "hard",
        """The first line holds two places, start and end. Every other line holds two places and the cost, a
positive integer, of a road between them, which can be taken both ways. Places are words of letters a to z and
digits. Print one line with the smallest cost of a way from start to end and then, each behind a space, all places
of such a way in their order. Of several ways of this cost take the one whose list of places comes first: compare
the lists place by place, by code point. A way from a place to itself costs 0. Where there is no way, print
`none`.""",
        [("a c\na b 2\nb c 2\na c 5\n", "4 a b c\n"), ("a d\na b 2\n", "none\n")],
        _route,
    ),
    Problem(
        "longest-rise",
        "The longest rise",
        "algorithms",
        "python",
        "expert",
        """The input holds up to 30000 integers, parted by white space. Choose as many of them as possible,
keeping their order but not necessarily neighbours, so that each is larger than the one before. Print how many
that are. Where there is no integer, print 0.""",
        [("3 1 4 1 5\n9 2 6\n", "4\n")],
        _rise,
    ),
    Problem(
        "cache-trace",
        "Trace a cache",
        "algorithms",
        "python",
        "medium",
        """A cache keeps values under keys. The first line is the number of keys that it has room for, from 0 on.
Every other line is `put KEY VALUE` or `get KEY`, of words. `get` prints the value of the key and makes this key
the youngest, or prints `miss` where the cache does not have it. `put` sets the value of a key and makes it the
youngest; if the cache then has more keys than room, the key that has not been the youngest for the longest time
is dropped. At the end print `hits`, the number of `get` that found something, `misses`, and the number of the
others, in one line.""",
        [("1\nput a x\nget a\nput b y\nget a\n", "x\nmiss\nhits 1 misses 1\n")],
        _cache,
    ),
    Problem(
        "stack-machine",
        "A stack machine",
        "algorithms",
        "bash",
        "hard",
        """Every line is a command for a machine with a stack of integers, which is empty at first. `push N` puts
an integer on it: digits, maybe with `-` in front; leading zeros mean nothing. `add`, `sub` and `mul` take two
integers from it and put their sum, difference or product on it; `sub` takes the upper one from the lower one.
`dup` puts the top on it again, `swap` changes the upper two, `drop` takes the top away, and `print` prints the
top and leaves it. Numbers stay between -2^62 and 2^62. At the first line that is no such command, in exactly this
form with one space, or that needs more integers than there are, print `error in line ` and its number, counted
from 1, and stop, with status 0.""",
        [("push 5\npush 3\nsub\nprint\nadd\n", "2\nerror in line 5\n")],
        _stack,
        _stacked,
    ),
    Problem(
        "life-steps",
        "The game of life",
        "algorithms",
        "bash",
        "expert",
        """The first line is a number of steps. The rest is a field of cells in lines of one length: `#` is
alive, `.` is dead, and whatever lies outside of the field is dead and stays so. In a step all cells change at
once: one that is alive stays so if two or three of its up to eight neighbours are alive; one that is dead becomes
alive if exactly three are. Print the field after all steps.""",
        [("1\n...\n###\n...\n", ".#.\n.#.\n.#.\n")],
        _life,
        _lived,
    ),
]
