"""Let a system repair a draft that failed its checks: one more turn of the same conversation."""

from collections.abc import Sequence
from typing import Final

import msgspec

from proofboard.record.live.asking import Ask, Engine, Message
from proofboard.record.live.filling import filled
from proofboard.record.live.judging import text_of
from proofboard.schemas.benchmark import CloseTheLoop
from proofboard.schemas.bundle import Response

INSTRUCTION: Final = """\
Your answer was checked, and it does not pass. It fails these checks:

{failed}

Answer the question again so that all checks pass. Give the whole answer, and nothing but the answer."""
"""What a system is asked where the benchmark does not say."""


def repair_request(
    ask: Ask, loop: CloseTheLoop, draft: Response, failed: Sequence[str], prompt: str | None = None
) -> Ask:
    """Return the request for a repair: the conversation so far, the draft, and what it failed.

    `ask` is the request that the draft answered; `prompt` is the item's own text, by default the last message of a user
    in it. An empty draft is not repeated to the system.
    """
    text = text_of(draft.output)
    asked = next((own.text for own in reversed(ask.messages) if own.role == "user"), "") if prompt is None else prompt
    instruction = filled(
        INSTRUCTION if loop.instruction is None else loop.instruction,
        {"prompt": asked, "response": text, "failed": "\n".join(f"- {check}" for check in failed)},
    )
    turn = [Message("assistant", text)] if text.strip() else []
    return msgspec.structs.replace(ask, messages=[*ask.messages, *turn, Message("user", instruction)])


async def repaired(
    engine: Engine, ask: Ask, loop: CloseTheLoop, draft: Response, failed: Sequence[str], prompt: str | None = None
) -> Response:
    """Ask once for a draft that passes what this one failed; the answer is of the stage `repair`, with its own usage.

    The arguments are those of `repair_request`. A call that failed gives a `platform_failure`, like any answer.
    """
    said = await engine.ask(repair_request(ask, loop, draft, failed, prompt))
    return Response(
        prompt_id=draft.prompt_id,
        output=said.text,
        trial=draft.trial,
        stage="repair",
        state=said.state,
        usage=said.usage,
    )
