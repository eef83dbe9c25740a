import type { Bus, Hear, Json } from '../../core/bus/bus';
import { newId } from '../../core/model/id';

/** Buses of several nodes in one process: what one says, all hear. */
export function linkedBuses(count: number): Bus[] {
  const handlers = new Set<{ readonly topic: string; readonly hear: Hear }>();
  const publish = (from: string) => (topic: string, message: Json) => {
    for (const handler of [...handlers]) if (handler.topic === topic) handler.hear(message, from);
  };
  return Array.from({ length: count }, () => {
    const nodeId = newId();
    return {
      nodeId,
      isConnected: true,
      publish: publish(nodeId),
      subscribe(topic, hear) {
        const handler = { topic, hear };
        handlers.add(handler);
        return () => handlers.delete(handler);
      },
      start: () => {},
      stop: () => Promise.resolve(),
    };
  });
}
