import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The web site of a business, on an origin of its own, that embeds the chat by its one line. */
export interface ShopSite {
  readonly origin: string;
  /** Where its chat comes from. */
  readonly gateway: string;
  stop(): Promise<void>;
}

const PRODUCTS = ['Fjord shell jacket', 'Tarn wool sweater', 'Ridge day pack', 'Birch camp mug'];
const STYLE = `
  body { margin: 0; font: 16px/1.6 system-ui; background: #f6f4ef; color: #222 }
  header { padding: 24px 40px; background: #fff; font-weight: 700 }
  main { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 24px; padding: 40px }
  article { padding: 16px; border-radius: 16px; background: #fff }
  /* What sites do to every element of theirs must not reach the chat. */
  div, section, button { letter-spacing: 3px; text-transform: uppercase }
  parley-chat { display: none; position: static }
  @media (prefers-color-scheme: dark) { body { background: #0e0f11; color: #ddd } header, article { background: #1c1d21 } }`;

/** Serves `/?account=…&lang=…`; with `&csp=none` nothing protects the page but the widget itself. */
export async function startShopSite(gateway: string): Promise<ShopSite> {
  const policy = [
    `default-src 'none'; script-src ${gateway}; connect-src ${gateway}; img-src ${gateway}; style-src 'self'`,
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  ].join('; ');
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
    const isStyle = pathname === '/style.css';
    response.writeHead(200, {
      'content-type': isStyle ? 'text/css' : 'text/html; charset=utf-8',
      ...(searchParams.get('csp') === 'none' ? {} : { 'content-security-policy': policy }),
    });
    response.end(isStyle ? STYLE : pageOf(gateway, searchParams));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    gateway,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function pageOf(gateway: string, asked: URLSearchParams): string {
  const products = PRODUCTS.map((name) => `<article><h2>${name}</h2><p>€ 89</p></article>`).join('');
  const script = `<script src="${gateway}/web-chat/${asked.get('account')}/widget.js" async></script>`;
  return `<!doctype html><html lang="${asked.get('lang') ?? 'en'}"><head><title>The shop</title>
    <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css">${script}
    </head><body><header><h1>Northwind Outfitters</h1></header><main>${products}</main></body></html>`;
}
