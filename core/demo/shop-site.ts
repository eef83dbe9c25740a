import { createServer } from 'node:http';
import { type Listening, listenOn } from './listen-on';
import { SHOP } from './people';

const PRODUCTS = [
  ['Fjord shell jacket', 'Waterproof, 380 g', '€ 189', '#3c6e8f'],
  ['Tarn wool sweater', 'Merino, made in Norway', '€ 119', '#a9583b'],
  ['Ridge day pack', '24 litres, 710 g', '€ 98', '#5d6f3a'],
  ['Birch camp mug', 'Enamel, 0.3 litres', '€ 16', '#8a7a5c'],
] as const;

const STYLE = `
  body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: #f6f4ef; color: #23241f }
  header { padding: 14px 16px; background: #fff; border-bottom: 1px solid #e4e0d6 }
  h1 { margin: 0; font-size: 17px; letter-spacing: -.01em }
  header p { margin: 0; color: #5d5b52; font-size: 13px }
  main { display: grid; grid-template-columns: repeat(auto-fill, minmax(130px, 1fr)); gap: 12px; padding: 14px 16px 90px }
  article { overflow: hidden; border-radius: 12px; background: #fff }
  i { display: block; height: 84px; background: linear-gradient(160deg, rgb(255 255 255 / .35), transparent) var(--tint) }
  h2 { margin: 8px 10px 0; font-size: 14px }
  article p { margin: 0 10px 10px; font-size: 13px; color: #5d5b52 }
  @media (prefers-color-scheme: dark) {
    body { background: #121311; color: #e6e4dc }
    header, article { background: #1d1f1b }
    header { border-color: #30322c }
    header p, article p { color: #a9a79b }
  }`;

/** The web site of the shop, on an origin of its own; it embeds the chat by its one line. */
export async function startShopSite(chat: () => string): Promise<Listening> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(page(chat()));
  });
  return listenOn(server, 0);
}

function page(script: string): string {
  const products = PRODUCTS.map(
    ([name, about, price, tint]) =>
      `<article style="--tint: ${tint}"><i></i><h2>${name}</h2><p>${about} · ${price}</p></article>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark"><title>${SHOP.name}</title><style>${STYLE}</style>
  <script src="${script}" async></script>
</head>
<body>
  <header><h1>${SHOP.name}</h1><p>Jackets · Packs · Camp</p></header>
  <main>${products.join('')}</main>
</body>
</html>`;
}
