"""What two texts have in common, in time that a text cannot blow up: Myers' O(ND), up to so many differences. Pure.

(difflib takes the cube of a text made for it: one word between any two others is enough.)
"""

from collections.abc import Hashable, Sequence

MOST = 400  # differences


def aligned(old: Sequence[Hashable], new: Sequence[Hashable], most: int = MOST) -> list[tuple[int, int]]:
    """Places (in old, in new) of what both have in the same order: the longest such run, or (beyond `most` differences)
    only its ends."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    shared = set(old[head : len(old) - tail]) & set(new[head : len(new) - tail])
    left = [i for i in range(head, len(old) - tail) if old[i] in shared]
    right = [j for j in range(head, len(new) - tail) if new[j] in shared]
    middle = _greedy([old[i] for i in left], [new[j] for j in right], most)
    return [
        *((at, at) for at in range(head)),
        *((left[i], right[j]) for i, j in middle),
        *((len(old) - at, len(new) - at) for at in range(tail, 0, -1)),
    ]


def _greedy(old: list[Hashable], new: list[Hashable], most: int) -> list[tuple[int, int]]:
    """Myers' O(ND): furthest points of the diagonals, edit by edit, then the way back."""
    furthest = {1: 0}
    trail = []
    for edits in range(min(len(old) + len(new), most) + 1):
        trail.append(dict(furthest))
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            while x < len(old) and x - k < len(new) and old[x] == new[x - k]:
                x += 1
            furthest[k] = x
            if x >= len(old) and x - k >= len(new):
                return _way_back(trail, len(old), len(new))
    return []


def _way_back(trail: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    found = []
    for edits in range(len(trail) - 1, -1, -1):
        furthest, k = trail[edits], x - y
        down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
        before = k + 1 if down else k - 1
        from_x = furthest[before] if edits else 0
        from_y = from_x - before if edits else 0
        while x > from_x and y > from_y:
            x, y = x - 1, y - 1
            found.append((x, y))
        x, y = from_x, from_y
    return found[::-1]
