import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What operators watch, in the format of Prometheus. */
export interface Metrics {
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly inbound: Counter<'what' | 'adapter'>;
  readonly outbound: Counter<'what' | 'adapter'>;
  readonly deliveries: Counter<'what'>;
  readonly outbox: Gauge<'state'>;
  readonly webhooks: Histogram<'status'>;
  text(): Promise<string>;
  readonly contentType: string;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** A set of its own for each gateway, so that two in one process do not mix. */
export function createMetrics(outboxDepth: () => Promise<Readonly<Record<string, number>>>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    requests: new Histogram({
      name: 'parley_http_request_seconds',
      help: 'API requests by route and status',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers,
    }),
    webhooks: new Histogram({
      name: 'parley_provider_webhook_seconds',
      help: "Providers' deliveries, from the first byte to the answer",
      labelNames: ['status'],
      buckets: SECONDS,
      registers,
    }),
    inbound: new Counter({
      name: 'parley_inbound_total',
      help: 'What came in: stored, duplicate, ignored, quarantined, forged, and statuses',
      labelNames: ['what', 'adapter'],
      registers,
    }),
    outbound: new Counter({
      name: 'parley_outbound_total',
      help: 'What came of attempts to send',
      labelNames: ['what', 'adapter'],
      registers,
    }),
    deliveries: new Counter({
      name: 'parley_webhook_deliveries_total',
      help: 'Deliveries to web hooks: delivered, retried, dead',
      labelNames: ['what'],
      registers,
    }),
    outbox: new Gauge({
      name: 'parley_outbox_messages',
      help: 'Messages that wait to be sent, by state',
      labelNames: ['state'],
      registers,
      async collect() {
        this.reset();
        for (const [state, count] of Object.entries(await outboxDepth())) this.set({ state }, count);
      },
    }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
