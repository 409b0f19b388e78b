"""Groups the totals of the index by day, hour, agent, model, profile, project or session."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from codemie_core.sessions.usage.counting.quarter_hours import QUARTERS_PER_DAY, UNDATED
from codemie_core.sessions.usage.counting.totals import MODELS_APART, Amounts, Group, Key, Used, totals_of
from codemie_core.sessions.usage.prices.table import PriceTable, model_name, priced_name
from codemie_core.sessions.usage.report.times import Times
from codemie_core.sessions.usage.report.values import Grouping, Line, Totals


@dataclass(frozen=True, slots=True)
class Counted:
    """The index's totals for some days."""

    groups: Iterable[tuple[int, Iterable[Group]]]
    """UTC days that are wholly in the period or not at all; and their groups."""
    turns: Iterable[Iterable[Used]]
    """Turns, tokens, tool calls, milliseconds, turns with unknown tokens; without what is in `groups`."""
    tokens: Iterable[Iterable[Used]] = ()
    """For agents' logs: input, output, cache read, cache written for five minutes and for an hour."""
    sessions_with_tokens: Collection[str] = frozenset()
    """Sessions of the cli layout whose logs have tokens."""
    projects: Mapping[str, str] = field(default_factory=dict)
    """Session -> the folder it worked in."""


class _Sum:
    """The sum of one line."""

    __slots__ = ("amounts", "sessions", "spent", "unknown")

    def __init__(self) -> None:
        self.amounts = [0, 0, 0, 0]
        """Turns, undivided tokens, tool calls, milliseconds."""
        self.sessions: set[str] = set()
        self.unknown: set[str] = set()
        self.spent: dict[str, list[int]] = {}
        """Model, as `priced_name` returns it -> its tokens, as `Tokens` has them."""

    def add(self, session: str, amounts: Sequence[int], *, unknown: bool) -> None:
        self.sessions.add(session)
        if unknown:
            self.unknown.add(session)
        mine = self.amounts
        mine[0] += amounts[0]
        mine[1] += amounts[1]
        mine[2] += amounts[2]
        mine[3] += amounts[3]

    def add_all(self, sessions: Iterable[str], amounts: Sequence[int], *, unknown: Iterable[str]) -> None:
        self.sessions.update(sessions)
        self.unknown.update(unknown)
        for number, amount in enumerate(amounts):
            self.amounts[number] += amount

    def spend(self, session: str, model: str, tokens: Iterable[int]) -> None:
        self.sessions.add(session)
        spent = self.spent.setdefault(model, [0, 0, 0, 0, 0])
        for number, count in enumerate(tokens):
            spent[number] += count

    def join(self, other: _Sum) -> None:
        for number, amount in enumerate(other.amounts):
            self.amounts[number] += amount
        self.sessions |= other.sessions
        self.unknown |= other.unknown
        for model, tokens in other.spent.items():
            self.spend("", model, tokens)

    def totals(self, prices: PriceTable) -> Totals:
        turns, undivided, tool_calls, milliseconds = self.amounts
        divided = [sum(numbers) for numbers in zip(*self.spent.values(), strict=True)] or [0, 0, 0, 0, 0]
        tokens: int | None = undivided + sum(divided)
        split: list[int | None] = [*divided[:3], divided[3] + divided[4]]
        if not self.spent and (undivided or self.unknown):
            split = [None] * 4
            tokens = undivided or None
        cost, unpriced = 0.0, undivided
        prices_here = {model: prices.price_of(model) for model in self.spent}
        for model, spent in sorted(
            self.spent.items()
        ):  # fixed order: floats added in another order give another sum
            price = prices_here[model]
            if price is None:
                unpriced += sum(spent)
            else:
                cost += price.cost(tuple(spent))  # type: ignore[arg-type]
        costs_something = tokens is not None and (not unpriced or any(prices_here.values()))
        return Totals(
            turns,
            tokens,
            tool_calls,
            milliseconds,
            sessions=len(self.sessions) - ("" in self.sessions),
            input=split[0],
            output=split[1],
            cache_read=split[2],
            cache_write=split[3],
            cost_usd=cost if costs_something else None,
            unknown_sessions=len(self.unknown),
            unpriced_tokens=unpriced,
        )


def summed(
    counted: Counted, grouping: Grouping, times: Times, prices: PriceTable
) -> tuple[tuple[Line, ...], Totals, tuple[str, ...]]:
    """Add up totals.

    Args:
        counted: those of all the days that the period can overlap.
        grouping: what each line shows.
        times: which days, and their names.
        prices: what tokens cost.

    Returns:
        The lines, their sum, and the models with tokens but without a price.
    """
    sums = _Sums(counted, grouping, times)
    for day, groups in counted.groups:
        sums.add_groups(day, groups)
    for used in chain.from_iterable(counted.turns):
        sums.add_turns(*used)
    for key, tokens in net(counted.tokens):
        sums.add_tokens(key, tokens)
    total = sums.total()
    lines = [Line(name, one.totals(prices)) for name, one in sums.lines.items() if name is not None]
    if times.by_time:
        lines.sort(key=lambda line: line.name)
    else:
        lines.sort(key=lambda line: (-(line.totals.tokens or 0), -line.totals.turns, line.name))
    unpriced = {
        model_name(model) for model, spent in total.spent.items() if any(spent) and not prices.price_of(model)
    }
    return tuple(lines), total.totals(prices), tuple(sorted(unpriced))


def net(parts: Iterable[Iterable[Used]]) -> Iterable[tuple[Key, list[int]]]:
    """Yield the tokens of agents' logs, without those taken back because another session had them first."""
    return ((key, tokens) for key, tokens in totals_of(chain.from_iterable(parts)).items() if any(tokens))


class _Sums:
    """The lines, as they grow."""

    def __init__(self, counted: Counted, grouping: Grouping, times: Times) -> None:
        self.lines: dict[str | None, _Sum] = {}
        """Under None: what counts, but has no line."""
        self._grouping = grouping
        self._by_time = times.by_time
        self._times = times
        self._projects = counted.projects
        self._known = counted.sessions_with_tokens
        self._models: dict[str, tuple[str, ...]] = {}
        """Models as named in a record -> the names of their lines."""
        self._twice = [0, 0, 0, 0]
        """Turns of several models appear in several lines: the excess in their sum."""

    def total(self) -> _Sum:
        total = _Sum()
        for one in self.lines.values():
            total.join(one)
        for number, amount in enumerate(self._twice):
            total.amounts[number] -= amount
        total.sessions.discard("")
        return total

    def add_groups(self, day: int, groups: Iterable[Group]) -> None:
        time = self._times[max(day * QUARTERS_PER_DAY, UNDATED)]
        if time is None:
            return
        names: tuple[str | None, ...]
        for agent, profile, model, turns, tokens, tool_calls, milliseconds, sessions, unknown in groups:
            amounts = (turns, tokens, tool_calls, milliseconds)
            if self._by_time:
                names = (time,)
            elif self._grouping is Grouping.MODEL and not model and not turns:
                names = (None,)  # as in `add_turns`
            else:
                names = self._names("", agent, profile, model)
            for name in names:
                self._line(name).add_all(sessions, amounts, unknown=self._without_known(unknown))
            self._add_twice(amounts, len(names) - 1)

    def _without_known(self, sessions: list[str]) -> Collection[str]:
        return [one for one in sessions if one not in self._known] if self._known else sessions

    def _add_twice(self, amounts: Sequence[int], times: int) -> None:
        for number, amount in enumerate(amounts if times else ()):
            self._twice[number] += amount * times

    def add_turns(self, session: str, agent: str, profile: str, model: str, amounts: list[Amounts]) -> None:
        known = session in self._known
        if self._by_time:
            self._add_by_time(session, amounts, known=known)
            return
        if self._grouping is Grouping.MODEL and not model:
            # A session's own time has no model: it counts, but has no line.
            self._add((None,), session, [one for one in amounts if not one[1]], known=known)
            amounts = [one for one in amounts if one[1]]
        self._add(self._names(session, agent, profile, model), session, amounts, known=known)

    def _add_by_time(self, session: str, amounts: list[Amounts], *, known: bool) -> None:
        """Add to the lines of days or hours: the inner loop of a query for today, so it does little."""
        times = self._times
        its_time: str | None = None
        mine = [0, 0, 0, 0]
        for quarter, turns, tokens, tool_calls, milliseconds, unknown in amounts:
            time = times[quarter]
            if time is None:
                continue
            if time != its_time:
                line, its_time = self._line(time), time
                line.sessions.add(session)
                mine = line.amounts
            mine[0] += turns
            mine[1] += tokens
            mine[2] += tool_calls
            mine[3] += milliseconds
            if unknown and not known:
                line.unknown.add(session)

    def _add(
        self, names: tuple[str | None, ...], session: str, amounts: list[Amounts], *, known: bool
    ) -> None:
        times = self._times
        if len(amounts) == 1 and len(names) == 1:  # a whole day, as most are
            (one,) = amounts
            if times[one[0]] is not None:
                self._line(names[0]).add(session, one[1:5], unknown=bool(one[5]) and not known)
            return
        some, without = False, 0
        turns = tokens = tool_calls = milliseconds = 0
        for quarter, its_turns, its_tokens, its_tool_calls, its_milliseconds, its_unknown in amounts:
            if times[quarter] is None:
                continue
            some = True
            turns += its_turns
            tokens += its_tokens
            tool_calls += its_tool_calls
            milliseconds += its_milliseconds
            without += its_unknown
        if not some:
            return
        total = [turns, tokens, tool_calls, milliseconds]
        for name in names:
            self._line(name).add(session, total, unknown=bool(without) and not known)
        self._add_twice(total, len(names) - 1)

    def add_tokens(self, key: Key, tokens: list[int]) -> None:
        quarter, session, agent, profile, model = key
        time = self._times[quarter]
        if time is not None:
            name = time if self._by_time else self._names(session, agent, profile, model)[0]
            self._line(name).spend(session, priced_name(model), tokens)

    def _line(self, name: str | None) -> _Sum:
        line = self.lines.get(name)
        if line is None:
            line = self.lines[name] = _Sum()
        return line

    def _names(self, session: str, agent: str, profile: str, model: str) -> tuple[str, ...]:
        match self._grouping:
            case Grouping.MODEL:
                names = self._models.get(model)
                if names is None:
                    names = tuple(dict.fromkeys(map(model_name, model.split(MODELS_APART))))
                    self._models[model] = names
                return names
            case Grouping.PROJECT:
                return (self._projects.get(session, ""),)
            case Grouping.AGENT:
                return (agent,)
            case Grouping.PROFILE:
                return (profile,)
        return (session,)
