import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { WhatsAppConfig } from '../config';
import { isRecord, type Json, parseJson } from '../json';
import { NO_SUCH_OBJECT, REFUSALS, type Refusal, type WhatsAppFault } from './faults';
import { type Taken, takenOf } from './taken';
import { APP_ID, NUMBERS } from './world';

interface Call {
  readonly url: URL;
  readonly body: Buffer;
  readonly response: ServerResponse;
  readonly fault: WhatsAppFault | undefined;
}

/** The Graph API of WhatsApp on loopback. */
export class WhatsAppServer {
  readonly accepted: Taken[] = [];
  /** What was marked as read, and where somebody was shown typing. */
  readonly read: { readonly messageId: string; readonly isTyping: boolean }[] = [];
  /** Business accounts that call our app. */
  readonly subscribed = new Set<string>();
  requests = 0;
  pending = 0;
  private readonly faults: WhatsAppFault[] = [];
  private readonly sendFaults: WhatsAppFault[] = [];
  private readonly files = new Map<string, { readonly mimeType: string; readonly bytes: Uint8Array }>();
  private lastId = 1_000;
  private origin = '';
  private readonly server = createServer((request, response) => {
    this.requests += 1;
    this.pending += 1;
    response.once('close', () => {
      this.pending -= 1;
    });
    this.answer(request, response).catch(() => response.destroy());
  });

  async listen(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    const address = this.server.address();
    this.origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    return this.origin;
  }

  async fail(fault: WhatsAppFault): Promise<void> {
    if (fault === 'refused') await this.stop();
    else this.faults.push(fault);
  }

  /** How the next message is answered, whatever else is asked meanwhile. */
  failSend(fault: WhatsAppFault): void {
    this.sendFaults.push(fault);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    if (this.server.listening) await once(this.server.close(), 'close');
  }

  /** Keeps a file and gives its id. */
  keep(file: { readonly mimeType: string; readonly bytes: Uint8Array }): string {
    const id = this.nextId();
    this.files.set(id, file);
    return id;
  }

  private nextId(): string {
    this.lastId += 1;
    return `90000000${this.lastId}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.origin);
    const body = await buffer(request);
    const isSend = /\/messages$/.test(url.pathname) && !body.includes('"status":"read"');
    const fault = this.faults.shift() ?? (isSend ? this.sendFaults.shift() : undefined);
    if (fault === 'silent') return;
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const number = NUMBERS.find((one) => one.accessToken === token || token.endsWith(`|${one.appSecret}`));
    const refusal = number ? fault && REFUSALS[fault] : REFUSALS.bad_credentials;
    if (refusal && fault !== 'error_after_accept') return refuse(response, refusal);
    if (!number || !isProven(url, token, number)) return refuse(response, REFUSALS.wrong_proof);
    await this.serve(request, { url, body, response, fault });
  }

  /** Whoever asks may: what they ask for. */
  private async serve(request: IncomingMessage, call: Call): Promise<void> {
    const { url, body, response, fault } = call;
    const [, first = '', id = '', edge = ''] = url.pathname.split('/');
    if (first === 'files') this.sendFile(id, response);
    else if (request.method !== 'POST') this.give(response, this.resultOf(id, edge));
    else if (edge === 'subscribed_apps') this.give(response, { success: this.subscribed.add(id).size > 0 });
    else if (edge === 'media' && fault) response.destroy();
    else if (edge === 'media')
      this.give(response, { id: this.keep(await fileIn(body, request.headers['content-type'] ?? '')) });
    else this.take(id, body, call);
  }

  private resultOf(id: string, edge: string): object | undefined {
    const file = this.files.get(id);
    if (file) return { ...aboutFile(file), id, url: `${this.origin}/files/${id}` };
    if (id === 'app') return { id: APP_ID };
    if (id === 'debug_token')
      return {
        data: { scopes: ['whatsapp_business_messaging', 'whatsapp_business_management'], expires_at: 0 },
      };
    const own = NUMBERS.filter((one) => one.businessAccountId === id || one.phoneNumberId === id);
    if (own.length === 0) return undefined;
    if (edge === 'phone_numbers') return { data: own.map(({ phoneNumberId }) => ({ id: phoneNumberId })) };
    if (edge === 'subscribed_apps')
      return {
        data: this.subscribed.has(id) ? [{ whatsapp_business_api_data: { id: APP_ID } }] : [],
      };
    return { id, display_phone_number: '+44 20 7946 0001', quality_rating: 'GREEN', status: 'CONNECTED' };
  }

  /** The message is taken; what the sender hears of it is another matter. */
  private take(from: string, body: Buffer, { response, fault }: Call): void {
    const parsed = parseJson(body.toString());
    const message: Json = isRecord(parsed) ? parsed : {};
    if (message['status'] === 'read') {
      this.read.push({ messageId: String(message['message_id']), isTyping: 'typing_indicator' in message });
      this.give(response, { success: true });
      return;
    }
    const externalId = `wamid.${this.nextId()}`;
    const taken = takenOf(externalId, from, message);
    this.accepted.push(taken);
    if (fault === 'reset_after_accept') response.destroy();
    else if (fault === 'error_after_accept') refuse(response, REFUSALS.error_after_accept);
    else if (fault === 'nonsense') response.end('<html>');
    else if (fault === 'no_id') this.give(response, { messaging_product: 'whatsapp', messages: [] });
    else
      this.give(response, {
        ...{ messaging_product: 'whatsapp', contacts: [{ input: taken.to, wa_id: taken.to }] },
        messages: [{ id: externalId }],
      });
  }

  private sendFile(id: string, response: ServerResponse): void {
    const file = this.files.get(id);
    response.writeHead(file ? 200 : 404, { 'content-type': file?.mimeType ?? 'text/plain' });
    response.end(file?.bytes);
  }

  private give(response: ServerResponse, result: object | undefined): void {
    response.writeHead(result ? 200 : NO_SUCH_OBJECT.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(result ?? errorOf(NO_SUCH_OBJECT)));
  }
}

// https://developers.facebook.com/docs/graph-api/guides/secure-requests: an HMAC of the token by the app secret
function isProven(url: URL, token: string, { appSecret }: WhatsAppConfig): boolean {
  if (url.pathname.startsWith('/files/')) return true;
  const proof = createHmac('sha256', appSecret).update(token).digest('hex');
  return url.searchParams.get('appsecret_proof') === proof;
}

function refuse(response: ServerResponse, refusal: Refusal = NO_SUCH_OBJECT): void {
  response.writeHead(refusal.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(errorOf(refusal)));
}

function errorOf({ code, subcode, message }: Refusal): object {
  const error = { message, type: 'OAuthException', code, ...(subcode && { error_subcode: subcode }) };
  return { error: { ...error, fbtrace_id: 'AbCdEf' } };
}

async function fileIn(body: Buffer, contentType: string): Promise<{ mimeType: string; bytes: Uint8Array }> {
  const form = await new Response(Uint8Array.from(body), {
    headers: { 'content-type': contentType },
  }).formData();
  const file = form.get('file');
  if (!(file instanceof Blob)) throw new Error('there is no file in the form');
  return { mimeType: file.type, bytes: new Uint8Array(await file.arrayBuffer()) };
}

function aboutFile({ mimeType, bytes }: { readonly mimeType: string; readonly bytes: Uint8Array }): object {
  return { messaging_product: 'whatsapp', mime_type: mimeType, file_size: bytes.byteLength, sha256: 'x' };
}
