import { WebSocket } from 'ws';

/** What the published SDK finds in a browser and Node lacks; the SDK itself runs as it is. */
export function installBrowserGlobals(): void {
  const kept = new Map<string, string>();
  Object.assign(globalThis, {
    window: { setInterval: (run: () => void, ms: number) => setInterval(run, ms).unref() },
    localStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    },
    WebSocket: TrackedWebSocket,
    XMLHttpRequest: FetchingXmlHttpRequest,
  });
}

/** Every socket that the SDKs opened, so that a test can cut one. */
export const openedSockets: WebSocket[] = [];

class TrackedWebSocket extends WebSocket {
  constructor(url: string) {
    super(url);
    openedSockets.push(this);
    // A browser says that a connection was refused by `close` alone.
    this.on('error', () => {});
  }
}

/** Just as much of XMLHttpRequest as the SDK uses. */
class FetchingXmlHttpRequest {
  status = 0;
  readyState = 0;
  responseText = '';
  withCredentials = false;
  onload: (() => void) | undefined;
  onerror: (() => void) | undefined;
  onreadystatechange: (() => void) | undefined;
  private method = '';
  private url = '';
  private readonly headers = new Headers();
  private answered = new Headers();

  open(method: string, url: string): void {
    this.method = method;
    this.url = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.headers.append(name, value);
  }

  getAllResponseHeaders(): string {
    return [...this.answered].map(([name, value]) => `${name}: ${value}`).join('\r\n');
  }

  send(body: string | FormData | null): void {
    const isBodiless = this.method === 'GET' || body === null || body === undefined;
    fetch(this.url, { method: this.method, headers: this.headers, ...(isBodiless ? {} : { body }) })
      .then(async (response) => {
        this.answered = response.headers;
        this.status = response.status;
        this.responseText = await response.text();
        this.onload?.();
      })
      .catch(() => this.onerror?.());
  }
}
