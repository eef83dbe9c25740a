import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { failure, type Kit, soon } from '../kit';

const FILE = { mimeType: 'image/png', bytes: Uint8Array.from({ length: 70_000 }, (_, index) => index % 251) };

/** What inbound messages referred to. */
export function mediaSection(kit: Kit): void {
  if (!kit.supports.has('openMedia')) return;

  kit.check(
    'media: a file is read as it is at the provider',
    '`openMedia` gives the bytes, the type and, where it is known, the size.',
    async () => {
      const opened = await open(kit, await put(kit), soon());
      const chunks: Uint8Array[] = [];
      for await (const chunk of opened.body) chunks.push(chunk);
      assert.equal(opened.mimeType, FILE.mimeType);
      if (opened.bytes !== undefined) assert.equal(opened.bytes, FILE.bytes.byteLength);
      assert.ok(Buffer.concat(chunks).equals(FILE.bytes), 'other bytes came out');
    },
  );

  kit.check(
    'media: credentials go to the provider and nowhere else',
    'Follow redirects yourself and drop the credentials as soon as the host is another one.',
    async () => {
      for await (const _chunk of (await open(kit, await put(kit), soon())).body) {
        // Only who was asked for it matters.
      }
      const told = mediaDriver(kit)
        .strangers()
        .filter(({ authorization }) => authorization !== undefined);
      assert.deepEqual(told, []);
    },
  );

  kit.check(
    'media: foreign places are not even asked',
    'Open what lies at the provider; a reference to any other place is ChannelError("rejected"), without a request.',
    async () => {
      let asked = 0;
      const canary = await listen(() => {
        asked += 1;
      });
      const { port } = canary.address() as AddressInfo;
      try {
        for (const ref of foreignRefs(await put(kit), port)) {
          const error = await failure(() => open(kit, ref, AbortSignal.timeout(1_000)));
          assert.equal(error.kind, 'rejected', `${ref}: ${error.message}`);
        }
      } finally {
        canary.closeAllConnections();
        canary.close();
      }
      assert.equal(asked, 0, 'a foreign place was asked');
    },
  );

  kit.check(
    'media: a file that is not there yet can be asked for again',
    'Right after a webhook a file may not be there: that is unavailable, and the host asks again.',
    async () => {
      const error = await failure(() => open(kit, mediaDriver(kit).missing, soon()));
      assert.equal(error.kind, 'unavailable');
    },
  );

  kit.check(
    'media: opening can be given up',
    'Pass the signal of `openMedia` on to the request.',
    async () => {
      const ref = await put(kit);
      const error = await failure(() => open(kit, ref, AbortSignal.abort()));
      assert.equal(error.kind, 'unavailable');
      await kit.driver.fail('silent');
      const late = await failure(() => open(kit, ref, AbortSignal.timeout(150)));
      assert.equal(late.kind, 'unavailable');
    },
  );
}

function mediaDriver(kit: Kit): NonNullable<Kit['driver']['media']> {
  return kit.driver.media ?? assert.fail('the driver needs its `media` part');
}

function put(kit: Kit): Promise<string> {
  return mediaDriver(kit).put(FILE);
}

async function open(kit: Kit, ref: string, signal: AbortSignal) {
  return (await kit.channel.openMedia?.(ref, signal)) ?? assert.fail('openMedia gave nothing');
}

function foreignRefs(genuine: string, port: number): readonly string[] {
  const own = URL.canParse(genuine) ? new URL(genuine).host : 'provider.test';
  return [
    `http://127.0.0.1:${port}/x`,
    `http://localhost:${port}/x`,
    `http://${own}@127.0.0.1:${port}/x`,
    `http://user:password@${own}/x`,
    `https://${own}.evil.invalid/x`,
    `https://evil.invalid/?${own}`,
    'http://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'data:text/plain,hi',
    'not a url',
    '',
  ];
}

function listen(onRequest: () => void): Promise<Server> {
  const server = createServer((_request, response) => {
    onRequest();
    response.end();
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}
