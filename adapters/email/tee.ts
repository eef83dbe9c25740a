import { Pipe } from './reading/pipe';

const MOST_AHEAD = 4 * 1024 * 1024;

/**
 * Gives a source to two readers as it comes. The first sets the pace and gets all of it; the second may give up, and is
 * waited for only while it reads.
 */
export async function tee<First, Second>(
  source: AsyncIterable<Uint8Array>,
  first: (body: AsyncIterable<Uint8Array>) => Promise<First>,
  second: (body: AsyncIterable<Uint8Array>) => Promise<Second>,
): Promise<[First, PromiseSettledResult<Second>]> {
  let ahead = 0;
  let isReading = true;
  let wake = () => {};
  const pipe = new Pipe((bytes) => {
    ahead -= bytes;
    wake();
  });
  const reading = settled(second(pipe)).finally(() => {
    isReading = false;
    wake();
  });
  async function* both(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      yield chunk;
      if (!isReading) continue;
      ahead += chunk.byteLength;
      pipe.push(chunk);
      while (isReading && ahead > MOST_AHEAD)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
  try {
    const kept = await first(both());
    pipe.end();
    return [kept, await reading];
  } catch (error) {
    pipe.fail(new Error('the other reader failed', { cause: error }));
    await reading;
    throw error;
  }
}

async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([work]);
  return result;
}
