import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

/** What became of the bytes of one request. */
export interface Wire {
  socket: Socket | undefined;
  connected: boolean;
}

export function newWire(): Wire {
  return { socket: undefined, connected: false };
}

// What Node says of a connection that never came about.
const NEVER_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO|CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|(DEPTH_ZERO_)?SELF_SIGNED_CERT)/;

/** In doubt yes: a message that is wrongly taken for unsent is sent twice. */
export function mayHaveLeft(wire: Wire, code: string): boolean {
  return wire.connected || !NEVER_CONNECTED.test(code);
}

/** Nothing has left this machine yet. */
export function stillWaits({ socket }: Wire): boolean {
  return socket === undefined || (socket.connecting && socket.writableLength > 0);
}

/** Node's own transport, watched for when the bytes of a request may have left this machine. */
export function watched(url: string, wire: Wire): object {
  const { request } = url.startsWith('https:') ? https : http;
  return {
    request(options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void) {
      const outgoing = request(options, onResponse);
      outgoing.once('socket', (socket) => {
        wire.socket = socket;
        wire.connected = !socket.connecting;
        if (wire.connected) return; // a kept one
        socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
          wire.connected = true;
        });
      });
      return outgoing;
    },
  };
}
