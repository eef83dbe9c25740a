import { z } from 'zod';
import { CATALOGUE } from '../../events/catalogue';
import { type EnvelopeOptions, envelopeOf } from '../../events/envelope';
import { invalid } from '../../model/problem';
import * as events from '../../services/events';
import type { LoggedEvent } from '../../store/events';
import { type Call, route } from '../route';
import { apiSpaceId, queryNumber } from '../schemas/common';
import * as schema from '../schemas/events';

const PAGE = 100;
const BEAT_MS = 15_000;
const CHECKED_EVERY_MS = 10_000;
const RETRY_MS = 2_000;

const seq = queryNumber(0, Number.MAX_SAFE_INTEGER);
const names = z
  .string()
  .max(2000)
  .optional()
  .meta({ description: 'Only these, by comma: `chat.create,chat.closed`.' });

export const eventRoutes = [
  route({
    ...{ method: 'get', path: '/apispaces/{apiSpaceId}/events', audience: 'space', scope: 'events:read' },
    ...{ tag: 'Events', params: z.object({ apiSpaceId }) },
    summary: 'Everything that happened after an event, in order',
    query: z.object({
      after: seq.default(0).meta({ description: 'The `seq` of the last one that you have.' }),
      limit: queryNumber(1, 1000).default(PAGE),
      names,
    }),
    answers: { 200: { description: 'The next events', schema: schema.eventPage } },
    handle: async (call) => {
      const { caller, query } = call;
      const page = await events.after(caller, { ...query, names: namesOf(query.names) });
      const options = envelopesFor(call);
      const body = { events: page.events.map((event) => envelopeOf(event, options)), lastSeq: page.lastSeq };
      return { status: 200, body };
    },
  }),
  route({
    ...{ method: 'get', path: '/apispaces/{apiSpaceId}/events/stream', audience: 'space' },
    ...{ scope: 'events:read', tag: 'Events', params: z.object({ apiSpaceId }) },
    summary: 'The same as server-sent events, and whatever happens from then on',
    query: z.object({
      after: seq.optional().meta({
        description:
          'Begins after this `seq`. The header `Last-Event-ID` says the same, and comes first: whoever was cut off sends it. Neither: from now on.',
      }),
      names,
    }),
    answers: {
      200: {
        description: 'One message for each event: `id` is its `seq`, `event` its name, `data` its envelope',
        schema: z.string(),
        mediaType: 'text/event-stream',
      },
    },
    handle: async (call) => {
      const { context, caller, query } = call;
      const begin = seqOf(call.lastEventId) ?? query.after ?? (await events.lastOf(caller));
      const following = { after: begin, names: namesOf(query.names), beatMs: BEAT_MS };
      const follow = events.follow(context, caller, following);
      return { status: 200, headers: STREAM, stream: (signal) => written(call, follow(signal)) };
    },
  }),
];

const STREAM = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no', // a proxy in front passes each event on at once
};

// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
async function* written(
  call: Pick<Call, 'context' | 'caller' | 'isStillAllowed'>,
  pages: AsyncIterable<readonly LoggedEvent[]>,
): AsyncGenerator<string> {
  const options = envelopesFor(call);
  let checkedAt = performance.now();
  yield `retry: ${RETRY_MS}\n\n`;
  for await (const page of pages) {
    if (performance.now() - checkedAt >= CHECKED_EVERY_MS) {
      if (!(await call.isStillAllowed())) return;
      checkedAt = performance.now();
    }
    if (page.length === 0) yield ': still here\n\n';
    for (const event of page) {
      const envelope = envelopeOf(event, options);
      yield `id: ${envelope.seq}\nevent: ${envelope.name}\ndata: ${JSON.stringify(envelope)}\n\n`;
    }
  }
}

function envelopesFor({ context, caller }: Pick<Call, 'context' | 'caller'>): EnvelopeOptions {
  return { partnerId: caller.partnerId, present: context.links.present };
}

function namesOf(names: string | undefined): string[] | undefined {
  const all = names?.split(',').filter(Boolean);
  const stranger = all?.find((name) => !CATALOGUE.has(name));
  if (stranger !== undefined)
    throw invalid(
      'names',
      `"${stranger.slice(0, 100)}" is unknown; GET /webhooks/availableevents lists them`,
    );
  return all;
}

function seqOf(lastEventId: string | undefined): number | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined;
  if (!/^\d{1,15}$/.test(lastEventId)) throw invalid('Last-Event-ID', 'expected the seq of an event');
  return Number(lastEventId);
}
