"""A mail server for tests: aiosmtpd, on a port that is free, until its standard input ends.

It says its port, then each message that it took, as lines of JSON. What it answers depends on the
recipient:

  never…   550 at once         later…   451 always        twice…   451 two times, then 250
  stall…   no answer for a minute, the first time         drop…    takes it, and hangs up
  big…     552 after the text
"""

import argparse
import asyncio
import json
import ssl
import sys
from collections import Counter

from aiosmtpd.smtp import SMTP, AuthResult


class Postbox:
    def __init__(self):
        self.tries = Counter()

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.tries[address] += 1
        if address.startswith("never"):
            return "550 5.1.1 There is nobody of that name here"
        if address.startswith("later") or (address.startswith("twice") and self.tries[address] <= 2):
            return "451 4.7.1 Come again later"
        if address.startswith("stall") and self.tries[address] == 1:
            print(json.dumps({"stalled": address}), flush=True)
            await asyncio.sleep(60)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        if to.startswith("big"):
            return "552 5.3.4 Too large\r\nfor us"
        message = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "text": envelope.content.decode(),
            "tls": server.transport.get_extra_info("sslcontext") is not None,
            "login": session.auth_data or "",
        }
        print(json.dumps(message), flush=True)
        if to.startswith("drop"):
            server.transport.abort()
        return "250 2.0.0 Queued as 4711"


def authenticator(wanted):
    def check(server, session, envelope, mechanism, data):
        name = data.login.decode()
        right = f"{name}:{data.password.decode()}" == wanted
        return AuthResult(success=right, handled=right, auth_data=name)

    return check


async def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--cert")
    asked.add_argument("--key")
    asked.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    asked.add_argument("--login")
    asked = asked.parse_args()
    context = None
    if asked.tls != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(asked.cert, asked.key)
    postbox = Postbox()

    def connection():
        return SMTP(
            postbox,
            hostname="postbox.example.org",
            tls_context=context if asked.tls == "starttls" else None,
            require_starttls=asked.tls == "starttls",
            authenticator=authenticator(asked.login) if asked.login else None,
            auth_required=bool(asked.login),
            auth_require_tls=False,
        )

    loop = asyncio.get_running_loop()
    implicit = context if asked.tls == "implicit" else None
    listening = await loop.create_server(connection, "127.0.0.1", 0, ssl=implicit)
    print(json.dumps({"port": listening.sockets[0].getsockname()[1]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
