"""Pigeon post for Parley: a whole channel in Python, standard library only. PIGEON_SECRET is the account's signingSecret."""
import base64, hashlib, hmac, json, os, time, urllib.request, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ["PIGEON_SECRET"].encode()
LOFTS = {}  # our lofts, and where the gateway wants to hear of what arrives there
SENT = {}  # by key: the same message is never sent twice


def signature(sent_id, stamp, body):
    words = f"{sent_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(SECRET, words, hashlib.sha256).digest()).decode()


def is_ours(headers, body):
    given = headers.get("webhook-signature", "").split()
    sent_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "0")
    fresh = stamp.isdigit() and abs(time.time() - int(stamp)) < 300
    return fresh and any(hmac.compare_digest(one, signature(sent_id, stamp, body)) for one in given)


def hand_in(loft, event):
    """Tells the gateway; whoever gets an error here tries again later, and nothing is doubled."""
    body, sent_id, stamp = json.dumps({"events": [event]}).encode(), str(uuid.uuid4()), str(int(time.time()))
    headers = {"webhook-id": sent_id, "webhook-timestamp": stamp, "webhook-signature": signature(sent_id, stamp, body)}
    urllib.request.urlopen(urllib.request.Request(LOFTS[loft], body, headers), timeout=10)


class Pigeons(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path != "/arrive" and not is_ours(self.headers, body):
            return self.answer(403, {"kind": "unauthorized", "message": "wrong secret", "setting": "signingSecret"})
        asked = json.loads(body)
        if self.path == "/arrive":  # in earnest: whatever your provider calls, by its own signature
            address = {"own": asked["loft"], "party": asked["from"]}
            message = {"externalId": asked["id"], "address": address, "text": asked["text"]}
            hand_in(asked["loft"], {"type": "message", "message": message})
            return self.answer(200, {})
        LOFTS[asked["settings"]["loft"]] = asked["webhookUrl"]
        if self.path == "/check":
            return self.answer(200, {"warnings": []})
        message, key = asked["message"], asked["context"]["idempotencyKey"]
        if message["to"]["party"] == "nobody":
            return self.answer(404, {"kind": "unreachable", "message": "no such loft", "reason": "bad_address"})
        SENT.setdefault(key, str(uuid.uuid4()))
        print(f"to {message['to']['party']}: {message['text']}", flush=True)
        self.answer(200, {"externalIds": [SENT[key]], "state": "sent"})

    def answer(self, status, body):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PIGEON_PORT", "8700"))), Pigeons).serve_forever()
