"""A mail server in a different mood at every step, drawn from a seed."""

import asyncio
from collections.abc import Mapping
from random import Random

from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from tests.post_office import ACCEPTED, CUT_BEFORE_ANSWER, PostOffice

# Longer than the site waits in these tests.
STALLS_SECONDS = 0.6
CUT_BEFORE_TAKING, CUT_AFTER_ANSWER = "cut before taking it", "cut after the answer"
STALL = "stall"
# How many of a hundred.
TO_GREETINGS = {"421 too many connections": 10, CUT_BEFORE_TAKING: 5, STALL: 1}
TO_RECIPIENTS = {"421 going down": 4, "450 busy": 6, "550 unknown": 3, CUT_BEFORE_TAKING: 3} | {
    STALL: 1
}
TO_MAILS = {"421 going down": 3, "450 greylisted": 6, "550 no": 3, CUT_BEFORE_TAKING: 3} | {
    CUT_BEFORE_ANSWER: 6,
    CUT_AFTER_ANSWER: 6,
    STALL: 1,
}


class MoodyOffice(PostOffice):
    """`vanished` counts the mails that nobody got and nobody was told about."""

    def __init__(self, app: Flask, seed: int) -> None:
        super().__init__(app)
        self._random = Random(seed)
        self.vanished = 0

    def _draw(self, moods: Mapping[str, int]) -> str:
        others = 100 - sum(moods.values())
        return self._random.choices([*moods, ACCEPTED], [*moods.values(), others])[0]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        lines = await super().handle_EHLO(server, session, envelope, hostname, lines)
        mood = await self._in_its_mood(server, TO_GREETINGS)
        return lines if mood == ACCEPTED else [mood]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        mood = await self._in_its_mood(server, TO_RECIPIENTS)
        if mood != ACCEPTED:
            return mood
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mood = self._draw(TO_MAILS)
        if mood == CUT_BEFORE_TAKING:
            self.vanished += 1
            return self._cut(server)
        is_taken = mood in (STALL, CUT_AFTER_ANSWER)
        self.answers = [ACCEPTED if is_taken else mood]
        answer = await super().handle_DATA(server, session, envelope)
        if mood == STALL:
            await asyncio.sleep(STALLS_SECONDS)
        if mood == CUT_AFTER_ANSWER:
            await server.push(answer)
            return self._cut(server)
        return answer

    async def _in_its_mood(self, server: SMTP, moods: Mapping[str, int]) -> str:
        mood = self._draw(moods)
        if mood == STALL:
            await asyncio.sleep(STALLS_SECONDS)
            return ACCEPTED
        return self._cut(server) if mood == CUT_BEFORE_TAKING else mood

    def _cut(self, server: SMTP) -> str:
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.close()
        return ACCEPTED
