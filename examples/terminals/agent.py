#!/usr/bin/env python3
"""A pretend "agent": a program for people that waits for messages and answers them.

It shows what such programs do to a terminal: a prompt, colours, a status that is drawn over
itself while it "thinks". Run it in a terminal of a node and send it messages.
"""
import sys
import time

PROMPT = "\033[1;36magent>\033[0m "


def think():
    for mark in "|/-\\" * 2:
        sys.stdout.write(f"\r\033[33mthinking {mark}\033[0m")
        sys.stdout.flush()
        time.sleep(0.03)
    sys.stdout.write("\r\033[K")


def answer(message):
    words = message.split()
    if not words:
        return "You said nothing."
    if words[0] == "count":
        return f"{len(words) - 1} words."
    return "You said: " + message[::-1]


def main():
    print("\033[1mA pretend agent.\033[0m Say something; 'bye' ends it.")
    while True:
        try:
            message = input(PROMPT).strip()
        except EOFError:
            return 0
        if message == "bye":
            print("Good bye.")
            return 0
        think()
        print(answer(message), flush=True)


if __name__ == "__main__":
    sys.exit(main())
