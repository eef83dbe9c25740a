import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Accepted, Fault } from 'parley-gateway/testing';

const BUSINESS = { token: '5000001:the-token-of-the-shop-at-telegram-1' };
const OTHER = { token: '5000002:the-token-of-the-bakery-telegram-2' };
export const ACCOUNTS = [BUSINESS, OTHER] as const;
export const CUSTOMERS = [70_001, 70_002] as const;

interface Params {
  readonly chat_id?: string;
  readonly text?: string;
  readonly photo?: string;
  readonly document?: string;
  readonly animation?: string;
  readonly file_id?: string;
  readonly offset?: number;
  readonly timeout?: number;
  readonly url?: string;
  readonly secret_token?: string;
  readonly reply_markup?: { readonly inline_keyboard: readonly (readonly { readonly text: string }[])[] };
}

interface File {
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

// As api.telegram.org words them.
const REFUSALS: Readonly<Partial<Record<Fault, readonly [number, string]>>> = {
  busy: [503, 'Service Unavailable'],
  rate_limited: [429, 'Too Many Requests: retry after 2'],
  bad_credentials: [401, 'Unauthorized'],
  bad_content: [400, 'Bad Request: message is too long'],
  no_such_customer: [400, 'Bad Request: chat not found'],
  opted_out: [403, 'Forbidden: bot was blocked by the user'],
};

const MOST_WAITS = 50;
const NO_SUCH_FILE = [400, 'Bad Request: wrong file_id or the file is temporarily unavailable'] as const;

/** The Bot API on loopback, with one shop's bot and another's. */
export class TelegramServer {
  readonly accepted: Accepted[] = [];
  /** What was done with taps on buttons. */
  readonly taps: string[] = [];
  /** By bot: where its updates are to go. */
  readonly webhooks = new Map<string, { readonly url: string; readonly secret: string }>();
  requests = 0;
  pending = 0;
  private fault: Fault | undefined;
  private lastId = 100;
  private readonly updates: { readonly update_id: number }[] = [];
  private readonly waiting = new Set<() => void>();
  private readonly files = new Map<string, File>();
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
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async fail(fault: Fault): Promise<void> {
    if (fault === 'refused') await this.stop();
    else this.fault = fault;
  }

  /** Cuts every open connection; between two questions there is none for a moment. */
  async drop(): Promise<void> {
    for (let waits = 0; this.waiting.size === 0 && waits < MOST_WAITS; waits += 1) await pause(10);
    this.server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    if (this.server.listening) await once(this.server.close(), 'close');
  }

  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  keep(file: File): string {
    const id = `AgACAgIAAx_${this.nextId()}`;
    this.files.set(id, file);
    return id;
  }

  /** An update that whoever asks finds. */
  push(update: object): void {
    this.updates.push({ update_id: this.nextId(), ...update });
    for (const wake of this.waiting) wake();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, kind = '', token = '', name = ''] =
      /^\/(file\/)?bot([^/]+)\/(.+)$/.exec(request.url ?? '') ?? [];
    const body = await text(request);
    const { fault } = this;
    this.fault = undefined;
    if (fault === 'silent') return;
    const isKnown = ACCOUNTS.some((one) => one.token === token);
    const refusal = isKnown ? fault && REFUSALS[fault] : REFUSALS.bad_credentials;
    if (refusal) return refuse(response, refusal);
    if (kind !== '') return this.sendFile(name, response);
    const params: Params = JSON.parse(body);
    if (/^send(Message|Photo|Document|Animation)$/.test(name))
      return this.take(params, { token, response, fault });
    if (name === 'getUpdates') return this.giveUpdates(params, response);
    const result = this.resultOf(name, params, token);
    if (result === undefined) return refuse(response, NO_SUCH_FILE);
    give(response, result);
  }

  private resultOf(name: string, params: Params, token: string): unknown {
    const { file_id: id = '', url = '', secret_token: secret = '' } = params;
    switch (name) {
      case 'getMe':
        return { id: Number(token.split(':')[0]), is_bot: true, first_name: 'Shop' };
      case 'getWebhookInfo':
        return { url: this.webhooks.get(token)?.url ?? '', pending_update_count: 0 };
      case 'setWebhook':
        return this.webhooks.set(token, { url, secret }).size > 0;
      case 'deleteWebhook':
        this.webhooks.delete(token);
        return true;
      case 'answerCallbackQuery':
        return this.taps.push(JSON.stringify(params)) > 0;
      case 'getFile':
        return this.files.has(id) ? { file_id: id, file_path: `photos/${id}` } : undefined;
      default:
        return true;
    }
  }

  /** The message is taken; what the sender hears of it is another matter. */
  private take(
    params: Params,
    { token, response, fault }: { token: string; response: ServerResponse; fault: Fault | undefined },
  ): void {
    const { chat_id: to = '', text: words = '', photo, document, animation, reply_markup: markup } = params;
    const id = this.nextId();
    const url = photo ?? document ?? animation;
    this.accepted.push({
      externalId: `${to}:${id}`,
      ...{ to, from: token.split(':')[0], text: words, media: url === undefined ? [] : [{ url }] },
      ...(markup && { choices: markup.inline_keyboard.flat().map((button) => button.text) }),
    });
    if (fault === 'reset_after_accept') response.destroy();
    else if (fault === 'error_after_accept') refuse(response, [502, 'Bad Gateway']);
    else if (fault === 'nonsense') response.end('<html>');
    else if (fault === 'no_id') give(response, {});
    else give(response, { message_id: id, chat: { id: Number(to), type: 'private' }, date: 1_767_323_045 });
  }

  private sendFile(name: string, response: ServerResponse): void {
    const file = this.files.get(name.replace('photos/', ''));
    response.writeHead(file ? 200 : 404, { 'content-type': file?.mimeType ?? 'text/plain' });
    response.end(file?.bytes);
  }

  /** Asking with an offset forgets what is before it; while there is nothing, the question stays open. */
  private giveUpdates({ offset = 0, timeout = 0 }: Params, response: ServerResponse): void {
    const from = this.updates.findIndex((one) => one.update_id >= offset);
    this.updates.splice(0, from === -1 ? this.updates.length : from);
    const wake = () => {
      this.waiting.delete(wake);
      give(response, this.updates);
    };
    if (this.updates.length > 0 || timeout === 0) {
      wake();
      return;
    }
    this.waiting.add(wake);
    response.once('close', () => this.waiting.delete(wake));
  }
}

function give(response: ServerResponse, result: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ok: true, result }));
}

function refuse(response: ServerResponse, [status, description]: readonly [number, string]): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  const parameters = status === 429 ? { parameters: { retry_after: 2 } } : {};
  response.end(JSON.stringify({ ok: false, error_code: status, description, ...parameters }));
}
