"""Walking a branching case. Pure.

Each node with choices is a `single` question; the answers held say where the walk leads. Who comes back to a
node may choose anew: the last answer counts. The score is the points of the choices walked, of the most any
way through can give; passed is who reaches an ending that says so, whatever the points.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from learning.content.model import Choice, Node, Scenario

_LONGEST_SEARCH = 20_000  # steps of looking for the best way; a case of an office has a few dozen


@dataclass(frozen=True)
class Walk:
    """The choices made from the beginning on, and the node they lead to: an ending, or the next to answer."""

    steps: tuple[tuple[Node, Choice], ...]
    at: Node

    @property
    def points(self) -> Decimal:
        return sum((choice.points for _, choice in self.steps), Decimal(0))

    @property
    def passed(self) -> bool:
        return self.at.ending == "passed"


def walk(scenario: Scenario, chosen: Mapping[str, str]) -> Walk:
    """`chosen`: node id → choice key. A way that turns back on itself stops there, at the node to choose anew."""
    nodes = {node.id: node for node in scenario.nodes}
    at, steps, seen = scenario.nodes[0], [], set[str]()
    while at.id not in seen:
        seen.add(at.id)
        choice = next((choice for choice in at.choices if choice.key == chosen.get(at.id)), None)
        if choice is None:
            break
        steps.append((at, choice))
        at = nodes[choice.target]
    return Walk(tuple(steps), at)


def most_points(scenario: Scenario) -> Decimal:
    """The most points a way to an ending gives that visits no node twice; 0 where no way gives any."""
    nodes = {node.id: node for node in scenario.nodes}
    best, budget = Decimal(0), _LONGEST_SEARCH
    ways = [(scenario.nodes[0], Decimal(0), frozenset[str]())]
    while ways:
        node, points, seen = ways.pop()
        budget -= 1
        if budget < 0:  # a labyrinth: no way can give more than the best of every node
            return sum(
                (max((c.points for c in n.choices), default=Decimal(0)) for n in scenario.nodes), Decimal(0)
            )
        if not node.choices:
            best = max(best, points)
        ways += [
            (nodes[choice.target], points + choice.points, seen | {node.id})
            for choice in node.choices
            if choice.target not in seen and choice.target != node.id
        ]
    return best
