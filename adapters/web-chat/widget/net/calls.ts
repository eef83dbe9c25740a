import type { Texts } from '../texts/texts';
import type {
  Answers,
  HistoryPage,
  PostedMessage,
  PostReceipt,
  StartedSession,
  UploadedFile,
  WidgetConfig,
} from '../wire';
import { CallError, failureOf } from './call-error';

/** The gateway's side of one account, as the widget sees it. */
export interface Calls {
  config(): Promise<WidgetConfig>;
  /** What the widget says, in one of its languages. */
  texts(code: string): Promise<Texts>;
  startSession(who: {
    readonly visitor: string | undefined;
    readonly jwt: string | undefined;
  }): Promise<StartedSession>;
  endSession(token: string): Promise<void>;
  history(token: string, before?: number): Promise<HistoryPage>;
  post(token: string, message: PostedMessage): Promise<PostReceipt>;
  typing(token: string, on: boolean): Promise<void>;
  mark(
    token: string,
    marks: { readonly ids: readonly string[]; readonly status: 'delivered' | 'read' },
  ): Promise<void>;
  identity(token: string, answers: Answers): Promise<void>;
  /** A stream of events that goes on until it is aborted or cut off. */
  stream(token: string, after: number | undefined, signal: AbortSignal): Promise<Response>;
  upload(token: string, file: File, onProgress: (done: number) => void): Promise<UploadedFile>;
}

const PATIENCE_MS = 20_000;
const PAGE_SIZE = 30;

export function callsTo(base: string): Calls {
  const ask = async (path: string, { method = 'GET', token, body }: Ask = {}): Promise<Response> => {
    const response = await fetch(base + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
      credentials: 'omit',
    });
    return succeeded(response);
  };
  const read = async (path: string, options?: Ask) => (await ask(path, options)).json();
  const say = async (path: string, token: string, body: object) => {
    await ask(path, { method: 'POST', token, body });
  };
  return {
    config: () => read('/config'),
    texts: (code) => read(`/texts/${code}.json`),
    startSession: (who) => read('/sessions', { method: 'POST', body: who }),
    endSession: async (token) => {
      await ask('/sessions/current', { method: 'DELETE', token });
    },
    history: (token, before) =>
      read(`/messages?limit=${PAGE_SIZE}${before === undefined ? '' : `&before=${before}`}`, { token }),
    post: (token, message) => read('/messages', { method: 'POST', token, body: message }),
    typing: (token, on) => say('/typing', token, { on }),
    mark: (token, marks) => say('/marks', token, marks),
    identity: (token, answers) => say('/identity', token, answers),
    stream: async (token, after, signal) =>
      succeeded(
        await fetch(`${base}/stream${after === undefined ? '' : `?after=${after}`}`, {
          headers: { authorization: `Bearer ${token}` },
          ...{ signal, credentials: 'omit', cache: 'no-store' },
        }),
      ),
    upload: (token, file, onProgress) => upload(`${base}/files`, { token, file, onProgress }),
  };
}

interface Ask {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly token?: string;
  readonly body?: object;
}

async function succeeded(response: Response): Promise<Response> {
  if (response.ok) return response;
  const failure = failureOf(response.status, response.headers.get('retry-after'));
  throw new CallError(`${response.status} ${await response.text()}`, failure);
}

interface Upload {
  readonly token: string;
  readonly file: File;
  readonly onProgress: (done: number) => void;
}

/** By XMLHttpRequest: fetch cannot tell how far an upload is. */
function upload(url: string, { token, file, onProgress }: Upload): Promise<UploadedFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('content-type', file.type || 'application/octet-stream');
    request.setRequestHeader('x-file-name', encodeURIComponent(file.name));
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const { status, responseText } = request;
      if (status < 300) resolve(JSON.parse(responseText));
      else reject(new CallError(responseText, failureOf(status, request.getResponseHeader('retry-after'))));
    };
    request.onerror = () => reject(new CallError('the upload was cut off', { kind: 'later', afterMs: 0 }));
    request.send(file);
  });
}
