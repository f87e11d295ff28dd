"""The gebruikers as locust has them: each does one thing after the other, as often as its weight says."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from itertools import count
from random import Random
from typing import Any
from urllib.parse import quote

import gevent
from locust import FastHttpUser, constant, task

from actors.verwerking.jsonvorm import json_bytes
from scripts.loadtest.ledger import Ledger
from scripts.loadtest.offering import SPITSPAS, WEGONDERHOUD, Car, Gebruiker, Offer
from tests.daemon.dienst.lopend import als_body

BULK = 25
"""Lines of NDJSON at once."""

_AGAIN = {0, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_LONGEST_WAIT_S = 5.0
_MOST_CARS = 200


@dataclass(frozen=True, slots=True)
class Shared:
    """What all gebruikers of a run share; `make` makes the n-th of them."""

    ledger: Ledger
    token: str
    make: Callable[[int], Gebruiker]
    seed: int
    numbers: Iterator[int] = field(default_factory=partial(count, 1))


def authorization(token: str) -> dict[str, str]:
    """The header that shows a token, when there is one."""
    return {"Authorization": f"Bearer {token}"} if token else {}


class LoadUser(FastHttpUser):
    """One gebruiker; `shared` is set on the class of a run."""

    wait_time = constant(0)
    abstract = True

    shared: Shared

    def on_start(self) -> None:
        """Move in."""
        number = next(self.shared.numbers)
        self._who = self.shared.make(number)
        self._chance = Random(f"load/{self.shared.seed}/{number}")
        self._ledger = self.shared.ledger
        self._head = authorization(self.shared.token)
        self._moved_in = self._offer(self._who.move_in()).get("positie", 0)

    @task
    def step(self) -> None:
        """Do one thing."""
        does, weights = zip(*_STEPS.items(), strict=True)
        if not self._who.cars:
            self.register()
        else:
            self._chance.choices(does, weights)[0](self)

    # --- commando's ---

    def register(self) -> None:
        """A new car."""
        car, offer = self._who.register()
        self._keep(car, self._offer(offer))

    def resell(self) -> None:
        """Another owner."""
        self._offer(self._who.resell(self._car()))

    def correct(self) -> None:
        """Other measures."""
        self._offer(self._who.correct(self._car()))

    def doubt(self) -> None:
        """Doubt, or its end."""
        self._offer(self._who.doubt(self._car()))

    def many(self) -> None:
        """Many new cars in one request; lines that were not taken in are offered again with the next."""
        left = {offer.offered.id: (car, offer) for car, offer in self._who.many(BULK)}
        for id_ in left:
            self._ledger.offer(id_, WEGONDERHOUD)
        while left:
            ids = list(left)
            body = b"".join(json_bytes(als_body(left[id_][1].offered)) + b"\n" for id_ in ids)
            status, text = self._post("NDJSON", WEGONDERHOUD, body, "application/x-ndjson")
            again = status
            for line in text.splitlines() if status == HTTPStatus.OK else ():
                answer = json.loads(line)
                again = answer["status"]
                if again not in _AGAIN:
                    id_ = ids[answer["regel"] - 1]
                    car, _ = left.pop(id_)
                    outcome = answer.get("uitkomst") or answer["probleem"]
                    self._ledger.hear(id_, again, outcome)
                    self._keep(car, outcome)
            if left:
                self._ledger.retries[again] += len(left)
                gevent.sleep(1)

    # --- reads ---

    def read(self) -> None:
        """The row of a car, with one's own write in it."""
        car = self._car()
        status = self._get("rij nu", f"/{WEGONDERHOUD}/v1/autos/{car.id}?wachtOp={car.position}")
        car.shown = car.shown or status == HTTPStatus.OK

    def travel(self) -> None:
        """The row as it was known when it was registered, on the day of purchase."""
        car = self._shown_car()
        known = f"&beschikbaarOp={quote(car.moment)}" if car.moment else ""
        self._get("tijdreis", f"/{WEGONDERHOUD}/v1/autos/{car.id}?geldigOp=2026-03-01{known}")

    def history(self) -> None:
        """All states of a car."""
        self._get("historie", f"/{WEGONDERHOUD}/v1/autos/{self._shown_car().id}/historie")

    def origin(self) -> None:
        """Where a gevolg came from."""
        self._get("herkomst", f"/{WEGONDERHOUD}/v1/gevolgen/{self._shown_car().gevolg}/herkomst")

    def passes(self) -> None:
        """The passes of one's household."""
        path = f"/{SPITSPAS}/v1/huishoudens/{self._who.household}?wachtOp={self._moved_in}"
        self._get("huishouden", path)

    # --- how ---

    def _car(self) -> Car:
        return self._chance.choice(self._who.cars)

    def _shown_car(self) -> Car:
        """One that the tables have; it is looked for when there is none yet."""
        while not (shown := [car for car in self._who.cars if car.shown]):
            self.read()
        return self._chance.choice(shown)

    def _keep(self, car: Car, outcome: dict[str, Any]) -> None:
        """It is there from now on, when it was processed; only the last ones are used."""
        if outcome.get("gevolgen"):
            car.position, car.moment = outcome["positie"], outcome["geregistreerdOp"]
            car.gevolg = outcome["gevolgen"][0]["id"]
            self._who.cars.append(car)
            del self._who.cars[:-_MOST_CARS]

    def _offer(self, offer: Offer) -> dict[str, Any]:
        """Offer it, under the same id for as long as nothing is known of it; the outcome or the problem."""
        id_ = offer.offered.id
        self._ledger.offer(id_, offer.register)
        body = json_bytes(als_body(offer.offered))
        while True:
            status, text = self._post(offer.kind, offer.register, body, "application/json")
            if status not in _AGAIN:
                outcome: dict[str, Any] = json.loads(text)
                self._ledger.hear(id_, status, outcome)
                return outcome
            self._ledger.retries[status] += 1
            gevent.sleep(self._patience)

    def _post(self, kind: str, register: str, body: bytes, media_type: str) -> tuple[int, str]:
        head = {**self._head, "Content-Type": media_type}
        answer = self.client.post(f"/{register}/v1/commandos", data=body.decode(), headers=head, name=kind)
        wait = str(answer.headers.get("Retry-After", "1")) if answer.headers else "1"
        self._patience = min(float(wait), _LONGEST_WAIT_S)
        return answer.status_code, answer.text or ""

    def _get(self, kind: str, path: str) -> int:
        return int(self.client.get(path, headers=self._head, name=kind).status_code)


_STEPS: dict[Callable[[LoadUser], None], int] = {
    LoadUser.register: 20,
    LoadUser.resell: 6,
    LoadUser.correct: 14,
    LoadUser.doubt: 6,
    LoadUser.many: 2,
    LoadUser.read: 20,
    LoadUser.travel: 12,
    LoadUser.history: 8,
    LoadUser.origin: 4,
    LoadUser.passes: 8,
}
"""What a gebruiker does → how often, out of a hundred."""
