"""Proves that a pattern cannot be made to go back and forth: the time it takes grows with the text, not faster.

A pattern is turned into a nondeterministic automaton. It takes more than linear time exactly where the automaton can
read one text in a growing number of ways: two ways around from one state back to it (exponential), or a state that
repeats a text, leads to another by it, and that one repeats it, too (a square, a cube). Both are looked for on a small
alphabet: one character for each set of characters that the pattern tells apart.

Assertions count as nothing, a back reference as any character, a bounded repetition as one of three at most: so what
is reported may be harmless, and what is not reported is linear.
"""

import re
import re._constants as code  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

COPIES = 3
BASE = "\n ,5٣aZ_中（"
CATEGORIES = {
    code.CATEGORY_DIGIT: r"\d",
    code.CATEGORY_NOT_DIGIT: r"\D",
    code.CATEGORY_SPACE: r"\s",
    code.CATEGORY_NOT_SPACE: r"\S",
    code.CATEGORY_WORD: r"\w",
    code.CATEGORY_NOT_WORD: r"\W",
}


def fault_of(pattern: re.Pattern[Any], *, searched: bool, whole: bool) -> str:
    """Why the pattern may take more than linear time, "" where it cannot.

    `searched`: it may begin anywhere (search, sub, split, findall); `whole`: it has to reach the end (fullmatch).
    """
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(
        source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    )
    automaton = _Automaton(_alphabet(tree), pattern.flags)
    end = automaton.sequence(tree, 0)
    start = 0
    if searched:
        start = automaton.state()
        automaton.chars[start].append((frozenset(automaton.alphabet), start))
        automaton.free[start].append((0, frozenset()))
    succeeds = frozenset() if whole else automaton.leads_to(end)
    return automaton.fault(start, succeeds)


class _Automaton:
    def __init__(self, alphabet: frozenset[str], flags: int) -> None:
        self.alphabet, self.flags = alphabet, flags
        self.chars: dict[int, list[tuple[frozenset[str], int]]] = defaultdict(list)
        self.free: dict[int, list[tuple[int, frozenset[str]]]] = defaultdict(list)
        """Steps that read nothing, each with the characters that may not follow."""
        self.count = 1

    def state(self) -> int:
        self.count += 1
        return self.count - 1

    def sequence(self, tree: Iterable[Any], at: int) -> int:
        for op, argument in tree:
            at = self.one(op, argument, at)
        return at

    def one(self, op: Any, argument: Any, at: int) -> int:
        if op in (code.AT, code.ASSERT, code.ASSERT_NOT):
            return at
        if op is code.SUBPATTERN:
            return self.sequence(argument[3], at)
        if op is code.ATOMIC_GROUP:
            return self.sequence(argument, at)
        if op is code.BRANCH:
            end = self.state()
            for branch in argument[1]:
                begin = self.state()
                self.free[at].append((begin, frozenset()))
                self.free[self.sequence(branch, begin)].append((end, frozenset()))
            return end
        if op in (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT):
            return self.repeat(*argument, at, is_possessive=op is code.POSSESSIVE_REPEAT)
        end = self.state()
        read = self.alphabet if op in (code.GROUPREF, code.GROUPREF_EXISTS) else self.read(op, argument)
        self.chars[at].append((read, end))
        return end

    def repeat(self, least: int, most: int, tree: Any, at: int, *, is_possessive: bool) -> int:
        """A possessive repetition of one character is left only where another character follows."""
        barred = frozenset[str]()
        if (
            is_possessive
            and len(tree) == 1
            and tree[0][0] in (code.LITERAL, code.NOT_LITERAL, code.IN, code.ANY)
        ):
            barred = self.read(*tree[0])
        end = self.state()
        for _ in range(min(least, COPIES - 1)):
            at = self.sequence(tree, at)
        if most is code.MAXREPEAT or most == parser.MAXREPEAT:
            loop = self.state()
            self.free[at].append((loop, frozenset()))
            self.free[self.sequence(tree, loop)].append((loop, frozenset()))
            self.free[loop].append((end, barred))
            return end
        for _ in range(min(most - least, COPIES)):
            self.free[at].append((end, barred))
            at = self.sequence(tree, at)
        self.free[at].append((end, frozenset()))
        return end

    def read(self, op: Any, argument: Any) -> frozenset[str]:
        return frozenset(char for char in self.alphabet if _reads(op, argument, char, self.flags))

    def leads_to(self, end: int) -> frozenset[int]:
        """States from which the end is reached whatever follows: nothing that comes after them can fail."""
        found, waiting = {end}, deque([end])
        while waiting:
            goal = waiting.popleft()
            for state, steps in list(self.free.items()):
                if state not in found and any(to == goal and not barred for to, barred in steps):
                    found.add(state)
                    waiting.append(state)
        return frozenset(found)

    def after(self, state: int, char: str) -> Iterator[int]:
        """Where a character leads, once for each way there."""
        for reached in self._silently(state, char, ()):
            for read, to in self.chars[reached]:
                if char in read:
                    yield to

    def _silently(self, state: int, char: str, passed: tuple[int, ...]) -> Iterator[int]:
        yield state
        for to, barred in self.free[state]:
            if char not in barred and to not in passed:
                yield from self._silently(to, char, (*passed, state))

    def fault(self, start: int, succeeds: frozenset[int]) -> str:
        steps: dict[int, dict[str, list[int]]] = {}
        waiting = deque([start])
        while waiting:  # only states that stand after a character, or at the beginning
            state = waiting.popleft()
            if state in steps:
                continue
            steps[state] = {}
            for char in self.alphabet:
                steps[state][char] = [to for to in self.after(state, char) if to not in succeeds]
                waiting.extend(steps[state][char])
        circles = _circles(steps)
        for state, circle in circles.items():
            for char, targets in steps[state].items():
                around = [to for to in targets if circles.get(to) is circle]
                if len(around) != len(set(around)):
                    return f"exponential: {char!r} goes around in two ways"
        return _twice_around(steps, circles) or _one_after_another(steps, circles)


type _Steps = dict[int, dict[str, list[int]]]


def _circles(steps: _Steps) -> dict[int, frozenset[int]]:
    """States from which one comes back, with all that are on the same circles."""
    reach = {state: _reached(steps, state) for state in steps}
    return {
        state: frozenset(other for other in reach[state] if state in reach[other])
        for state in steps
        if state in reach[state]
    } | {}


def _reached(steps: _Steps, start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        for targets in steps[waiting.pop()].values():
            for to in targets:
                if to not in found:
                    found.add(to)
                    waiting.append(to)
    return found


def _twice_around(steps: _Steps, circles: dict[int, frozenset[int]]) -> str:
    """Two different ways from a state back to it by the same text."""
    for state, circle in circles.items():
        ahead: set[tuple[int, int]] = {(state, state)}
        waiting = [(state, state)]
        apart: set[tuple[int, int]] = set()
        while waiting:
            first, second = waiting.pop()
            for char in steps[first]:
                for pair in product(steps[first][char], steps[second][char]):
                    if pair[0] in circle and pair[1] in circle and pair not in ahead:
                        ahead.add(pair)
                        waiting.append(pair)
                        if pair[0] != pair[1]:
                            apart.add(pair)
        if any(_comes_back(steps, pair, state, circle) for pair in apart):
            return "exponential: a text goes around in two ways"
    return ""


def _comes_back(steps: _Steps, pair: tuple[int, int], state: int, circle: frozenset[int]) -> bool:
    seen, waiting = {pair}, [pair]
    while waiting:
        first, second = waiting.pop()
        for char in steps[first]:
            for each in product(steps[first][char], steps[second][char]):
                if each == (state, state):
                    return True
                if each[0] in circle and each[1] in circle and each not in seen:
                    seen.add(each)
                    waiting.append(each)
    return False


def _one_after_another(steps: _Steps, circles: dict[int, frozenset[int]]) -> str:
    """A text that circles at one state, leads on to another, and circles there as well."""
    for first, circle in circles.items():
        for second in _reached(steps, first) & circles.keys() - {first}:
            if _triple(steps, first, second, circle, circles[second]):
                return "a square at least: two repetitions read the same text"
    return ""


def _triple(steps: _Steps, first: int, second: int, around: frozenset[int], beyond: frozenset[int]) -> bool:
    goal = (first, second, second)
    seen, waiting = {(first, first, second)}, [(first, first, second)]
    while waiting:
        a, b, c = waiting.pop()
        for char in steps[a]:
            for each in product(steps[a][char], steps[b][char], steps[c][char]):
                if each == goal:
                    return True
                if each[0] in around and each[2] in beyond and each not in seen:
                    seen.add(each)
                    waiting.append(each)
    return False


def _reads(op: Any, argument: Any, char: str, flags: int) -> bool:
    if flags & re.IGNORECASE and char.swapcase() != char:
        plain = flags & ~re.IGNORECASE
        return any(_reads(op, argument, each, plain) for each in (char.lower(), char.upper()))
    if op is code.LITERAL:
        return bool(ord(char) == argument)
    if op is code.NOT_LITERAL:
        return bool(ord(char) != argument)
    if op is code.ANY:
        return char != "\n" or bool(flags & re.DOTALL)
    if op is code.RANGE:
        return bool(argument[0] <= ord(char) <= argument[1])
    if op is code.CATEGORY:
        return bool(re.match(CATEGORIES[argument], char, flags & re.ASCII))
    assert op is code.IN, op
    negated = argument[0][0] is code.NEGATE
    found = any(_reads(inner, value, char, flags) for inner, value in argument[negated:])
    return found != negated


def _alphabet(tree: Any) -> frozenset[str]:
    """The characters that the pattern names, their neighbours, and one of every other kind."""
    named: set[int] = set()
    waiting: list[Any] = [tree]
    while waiting:
        each = waiting.pop()
        if isinstance(each, tuple) and len(each) == 2 and each[0] in (code.LITERAL, code.NOT_LITERAL):
            named.add(each[1])
        elif isinstance(each, tuple) and len(each) == 2 and each[0] is code.RANGE:
            named.update(each[1])
        elif isinstance(each, list | tuple | parser.SubPattern):
            waiting.extend(each)
    return frozenset(BASE) | {chr(code) for code in named}
