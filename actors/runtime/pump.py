"""Pump: let the actors of an embedded system work, as much as the caller wants, besides what `tell` and `ask` do."""

from thespian.actors import ActorAddress, ActorSystem


def pending(system: ActorSystem) -> int:
    """Count the messages in the mailbox of `system`; wakeups count from when they are due."""
    system._systemBase._collect()
    return len(system._systemBase.mailbox)


def run_until_empty(system: ActorSystem) -> None:
    """Let the actors of `system` work until the mailbox is empty; answers to the outside are kept."""
    system._systemBase._runSends()


def run_for(system: ActorSystem, seconds: float) -> bool:
    """Let the actors of `system` work for about that long at most; whether the mailbox is empty now."""
    system._systemBase._runSends(seconds)
    return not pending(system)


def post(system: ActorSystem, address: ActorAddress, message: object) -> None:
    """Send from outside, and leave the work for later."""
    base = system._systemBase
    base.actor_send(base._outside.address, address, message)
