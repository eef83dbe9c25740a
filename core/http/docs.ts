import path from 'node:path';
import express, { type Express } from 'express';
import { PROBLEMS } from '../model/problem';
import { openApiOf } from './openapi';
import { allRoutes } from './routes/all';

// The viewer writes styles into the page; nothing of it comes from elsewhere.
const POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

/** `/openapi.json`, a readable `/docs`, and `/problems`, where the types of problems lead. */
export function serveDocs(app: Express, publicUrl: () => string): void {
  let document: object | undefined;
  app.get('/openapi.json', (_request, response) => {
    document ??= openApiOf(allRoutes, publicUrl());
    response.json(document);
  });
  app.get('/docs', (_request, response) => {
    response.setHeader('content-security-policy', POLICY);
    response.type('html').send(DOCS);
  });
  app.get('/docs/start.js', (_request, response) => {
    response.type('js').send(START);
  });
  const viewer = path.dirname(require.resolve('swagger-ui-dist/package.json'));
  app.use('/docs', express.static(viewer, { index: false, maxAge: '1h' }));
  app.get('/problems', (_request, response) => {
    response.type('html').send(problemsPage());
  });
}

const DOCS = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, persistAuthorization: true });
`;

function problemsPage(): string {
  const rows = Object.entries(PROBLEMS).map(
    ([code, [status, title]]) => `<dt id="${code}">${code} (${status})</dt><dd>${title}</dd>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Parley: problems</title></head>
<body><h1>Problems</h1><p>Every error is an RFC 9457 problem; its <code>detail</code> says what to do.</p>
<dl>${rows.join('\n')}</dl></body>
</html>
`;
}
