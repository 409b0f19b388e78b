"""A mailbox: one thread, one message at a time."""

from __future__ import annotations

import threading

from codemie_tray.background.mailbox import Mailbox


def test_messages_are_handled_in_order_including_the_last_before_the_end() -> None:
    handled: list[int] = []
    mailbox = Mailbox("worker", handled.append)
    for number in range(1, 101):
        mailbox.post(number)
    mailbox.start()
    mailbox.stop()
    assert handled == list(range(1, 101))


def test_a_message_that_is_already_queued_is_not_added_again() -> None:
    handled: list[str] = []
    mailbox = Mailbox("worker", handled.append)
    for _ in range(100):
        mailbox.post_once("look")
        mailbox.post_once("look there")
    mailbox.start()
    mailbox.stop()
    assert handled == ["look", "look there"]


def test_a_message_posted_while_an_equal_one_is_handled_is_handled_afterwards() -> None:
    began, go_on = threading.Event(), threading.Event()
    handled: list[str] = []

    def handle(message: str) -> None:
        handled.append(message)
        began.set()
        go_on.wait(60)

    mailbox = Mailbox("worker", handle)
    mailbox.start()
    mailbox.post_once("look")
    assert began.wait(60)
    mailbox.post_once("look")
    go_on.set()
    mailbox.stop()
    assert handled == ["look", "look"]


def test_an_error_is_reported_and_the_next_message_is_handled() -> None:
    handled: list[str] = []

    def handle(message: str) -> None:
        if message == "fail":
            raise IndexError
        handled.append(message)

    faults: list[Exception] = []
    mailbox = Mailbox("worker", handle, faults.append)
    mailbox.post("fail")
    mailbox.post("next")
    mailbox.start()
    mailbox.stop()
    assert [type(fault) for fault in faults] == [IndexError]
    assert handled == ["next"]
