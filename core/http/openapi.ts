import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { CONTRACT_VERSION } from '../../plugins/contract/index';
import type { Answer, Route } from './route';
import { problem } from './schemas/common';

/** The OpenAPI 3.1 document of the declared routes. */
export function openApiOf(routes: readonly Route[], publicUrl: string): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Parley',
      version: '0.1.0',
      description: ABOUT,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    tags: TAGS.map(([name, description]) => ({ name, description })),
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: "An access token, an agent's session, or a partner's key",
        },
      },
    },
  });
}

const ABOUT = `Customers write by web chat, App Messaging, SMS, email or Facebook; agents answer here.

Errors are RFC 9457 problems. Every POST takes an \`Idempotency-Key\`. Single resources carry an ETag, and PUT and
DELETE take \`If-Match\`. Channel contract ${CONTRACT_VERSION}.`;

const TAGS = [
  ['Tenants', "API spaces and their tokens; with the partner's key"],
  ['Chats', 'A customer and at most one agent, on one channel at a time'],
  ['Messages', 'What is said in a chat, and how far it got'],
  ['Satisfaction', 'What customers said when they were asked how it was'],
  ['Configuration', 'Teams, agents and what they say by themselves'],
  ['Channels', 'The configured numbers, mailboxes, pages and apps'],
  ['Profiles', 'People'],
  ['Events', 'The log of everything that happened'],
  ['Web hooks', 'Endpoints of the business that events are delivered to'],
] as const;

function operationOf(route: Route): ZodOpenApiOperationObject {
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    requestParams: {
      ...(Object.keys(route.params.shape).length > 0 ? { path: route.params } : {}),
      ...(route.query ? { query: route.query } : {}),
    },
    ...(headersOf(route).length > 0 ? { parameters: headersOf(route) } : {}),
    ...(route.body ? { requestBody: { content: { 'application/json': { schema: route.body } } } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, answer]) => [status, responseOf(answer)]),
      ),
      default: {
        description: 'A problem',
        content: { 'application/problem+json': { schema: problem } },
      },
    },
  };
}

function headersOf(route: Route) {
  const header = (name: string, description: string) => ({
    name,
    in: 'header' as const,
    description,
    schema: { type: 'string' as const },
  });
  return [
    ...(route.method === 'post'
      ? [header('Idempotency-Key', 'The same key again gives the first answer again, for 48 hours.')]
      : []),
    ...(route.takesIfMatch
      ? [header('If-Match', 'The ETag of what you read; 412 if it has changed since.')]
      : []),
  ];
}

function responseOf(answer: Answer) {
  return {
    description: answer.description,
    ...(answer.schema
      ? { content: { [answer.mediaType ?? 'application/json']: { schema: answer.schema } } }
      : {}),
    ...(answer.etag ? { headers: { ETag: { schema: { type: 'string' as const } } } } : {}),
  };
}

function operationId(route: Route): string {
  const words = route.path
    .replace('/apispaces/{apiSpaceId}', '')
    .split('/')
    .filter(Boolean)
    .map((word) => (word.startsWith('{') ? `By${upper(word.slice(1, -1))}` : upper(word)));
  return `${route.method}${words.join('') || 'Root'}${route.path.startsWith('/apispaces/{') ? '' : 'OfPartner'}`;
}

function upper(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
