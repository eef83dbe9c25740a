import { type Answer, Api, type CallOptions } from './api';

/** Calls the API as a client does who must know: again, under one key, until it is answered. */
export class PersistentApi extends Api {
  static of({ origin, token, base }: Api): PersistentApi {
    return new PersistentApi(origin, token, base);
  }

  override at(origin: string): PersistentApi {
    return new PersistentApi(origin, this.token, this.base);
  }

  /** Any answer but "not now": a node that is gone, or that asks to be asked again. */
  override async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const headers = { 'idempotency-key': String(Math.random()), ...options.headers };
    for (;;) {
      try {
        const answer = await super.call(method, path, { ...options, headers });
        const isUnderWay = answer.status === 409 && String(answer.body.type).endsWith('#conflict');
        if (answer.status < 500 && !isUnderWay) return answer;
      } catch (error) {
        // What fetch throws when nobody answers; Jest has a TypeError of its own, so that `instanceof` fails.
        if (Object(error).name !== 'TypeError') throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
