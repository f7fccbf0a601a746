"""MentionQueue, and the mail provider's own events by SNS, translated. What they do is `vigie.notify`."""

from functools import cache
from typing import Any

from vigie import batch, events, observe, wiring
from vigie.messages import decode_pointer

log = observe.logger("notify")
notifier = cache(wiring.notifier)


@log.inject_lambda_context
@batch.unquoted()
def notify(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]] | None:
    if "Sns" not in event["Records"][0]:
        return batch.handle(event, lambda body: observe.notified(notifier().flush(decode_pointer(body))))
    for message in events.records(event):
        told = events.parse(message)
        if told is not None:
            notifier().settle_event(told)
    return None
