"""Draw histories of commands: each is tried on a ledger in memory, and kept where it is taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hypothesis import strategies as st

from reba.errors import RebaError
from reba.law.choices import MunicipalChoices
from reba.ledger.account_state import AccountState
from reba.ledger.destruction import MUST_BE_ZERO
from reba.ledger.release_commands import CLOSING_CASES
from reba.savings.policy import SavingsPolicy
from reba.testing.strategies._commands import Command, CommandHistory
from reba.testing.strategies._givens import Givens, Plan
from reba.testing.strategies._support import draws

__all__ = ["draw_history"]

_DAYS: Final = st.sampled_from([0, 1, 5, 31])


class _Scribe(Givens):
    """Draws one history: what may be asked next is read from the accounts as they stand."""

    # ── what may be asked next ───────────────────────────────────────────────────────────────

    def possible(self, account: str, state: AccountState | None) -> list[str]:
        """Name the commands that an account may take as it stands; often those that lead on."""
        if state is None:
            return ["assess"]
        if state.destruction is not None:
            return []
        held = {release.status for release in state.releases}
        names = ["collect", "revise"] if any(month.assessed_by for month in state.months) else []
        names += ["revise"] * 2 if "paid" in held else []
        names += ["revoke_procedure"] if state.events else []
        names += ["approve_release"] * 6 if "requested" in held else []
        names += ["pay_release"] * 6 if "approved" in held else []
        names += ["reject_release"] * 2 if held & {"requested", "approved"} else []
        names += ["return_release"] if "paid" in held else []
        names += ["recover"] * 2 if state.overpaid_cents else []
        names += self._of_collection(state)
        if state.closing is not None:
            return [*names, "reopen", *self._may_destroy(state)]
        names[:0] = ["assess"] * 2 if self._free_months(state) else []
        names += ["record_procedure"] * (
            6 if state.procedure == "open" and state.reserved_cents else 1
        )
        names += ["decide_outcome"] * 3 if state.outcome == "mixed" else []
        names += ["request_release"] * 6 if self.options(account) else []
        if state.outcome in CLOSING_CASES.values() and not state.on_hold_cents:
            names += ["close"] * 2
        if state.available_cents:
            names += ["transfer"] if len(self.accounts) > 1 else []
            names += ["set_off"] if state.receivable_cents else []
        return names

    def _may_destroy(self, state: AccountState) -> list[str]:
        settled = not any(state.totals()[name] for name in MUST_BE_ZERO)
        return ["destroy"] * 6 if self.plan.allow_destruction and settled else []

    def _of_collection(self, state: AccountState) -> list[str]:
        names = ["write_off"] if state.receivable_cents else []
        names += ["invoice_month"] if any(month.to_invoice for month in state.months) else []
        names += ["remind"] * 2 if any(self._is_overdue(month) for month in state.months) else []
        return names

    def next_name(self, names: list[str], state: AccountState | None) -> str:
        """Draw which command comes next: the next one of the way, as long as there is one."""
        # Drawn in any case: a step that is left out then changes nothing in the steps after it.
        name = str(self.one_of(names))
        ended = state is not None and state.procedure == "ended"
        while self.way:
            next_one = self.way[0]
            stays = next_one == "record_procedure" and next_one in names and not ended
            if not stays:
                self.way.pop(0)
            if next_one in names and (stays or next_one != "record_procedure"):
                return next_one
        return name

    def step(self, draw: st.DrawFn) -> None:
        """Draw a command, and keep it where the ledger takes it."""
        self.draw = draw
        self.day += timedelta(days=self.draw(_DAYS) if self.commands else 0)
        account = self.one_of(self.accounts)
        if self.way:
            account = self.accounts[0]
        known = account in set(self.ledger.accounts())
        state = self.ledger.account(account, valid_on=self.day) if known else None
        names = self.possible(account, state)
        self.tried += 1
        if not names:
            return
        name = self.next_name(names, state)
        given = getattr(self, name)(account, state)
        command = Command(name, self.day.isoformat(), given)
        history = CommandHistory(self.policy, self.choices, (*self.commands, command))
        self.clock.now = history.moments()[-1]
        try:
            command.apply(self.ledger, policy=self.policy, choices=self.choices)
        except RebaError:
            if not self.commands:  # nothing can be booked at all, as under a policy not in force
                raise
            return
        self.commands.append(command)


def _draw_step(draw: st.DrawFn, scribe: _Scribe) -> None:
    scribe.step(draw)


# A strategy of its own, so that any one step of a history can be left out.
_step = draws(_draw_step)


def draw_history(
    draw: st.DrawFn,
    plan: Plan,
    policies: st.SearchStrategy[SavingsPolicy],
    choices: st.SearchStrategy[MunicipalChoices | None],
) -> CommandHistory:
    """Draw a history of commands."""
    size = draw(st.integers(plan.min_size, plan.max_size))
    policy, made = draw(policies), draw(choices)
    scribe = _Scribe(draw, plan, policy, made)
    while len(scribe.commands) < size and scribe.tried < 3 * size:
        draw(_step(scribe))
    commands = tuple(scribe.commands)
    # Built by Hypothesis, so that it shows the policy and the choices as the calls that made them.
    return draw(
        st.builds(
            CommandHistory,
            policy=st.just(policy),
            choices=st.just(made),
            commands=st.just(commands),
        )
    )
