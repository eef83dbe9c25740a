import { get, type IncomingMessage } from 'node:http';
import { until } from '../../support/until';
import { toldOf, type Visitor } from './visitor';
import { onWebGateway, type WebShop } from './web-chat-world';

/** As much as a message may be, three bytes a letter: more than the system keeps for whoever does not read. */
const LARGE = '漢'.repeat(19_900);
const MANY = 100;

onWebGateway('streams of a web chat', (stage) => {
  /** Another page of the visitor, whose reader takes nothing until it is told to. */
  const deafPageOf = async (visitor: Visitor, shop: WebShop) => {
    const url = `${stage.gateway.origin}/web-chat/${shop.accountId}/stream?after=0`;
    const call = get(url, { headers: { authorization: `Bearer ${visitor.token}` }, agent: false });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      call.once('response', resolve).once('error', reject);
    });
    answer.socket.pause();
    let text = '';
    const over = new Promise<void>((resolve) => {
      // Cut off is what it is to be, however the system words that.
      answer.once('close', resolve).on('error', () => undefined);
    });
    return {
      /** What came, up to the end. */
      async read(): Promise<string> {
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.socket.resume();
        await over;
        return text;
      },
    };
  };

  it('a reader that takes nothing is cut off, costs the others nothing, and goes on where it was', async () => {
    const shop = await stage.shop();
    const visitor = shop.visitor();
    await visitor.say('hello');
    const [chat] = await shop.chatsOf(visitor.profileId);
    const reads = await visitor.listen('?after=0');
    const deaf = await deafPageOf(visitor, shop);

    for (let sent = 1; sent <= MANY; sent += 1) {
      await shop.answer(chat.id, `${sent} ${LARGE}`);
      await until(() => toldOf(reads, 'message').length === sent + 1);
    }
    const all = Array.from({ length: MANY + 1 }, (_, index) => index + 1);
    expect(toldOf(reads, 'message').map(({ id }) => Number(id))).toEqual(all);

    const whole = (await deaf.read()).split('\n\n').slice(0, -1);
    const got = whole.flatMap((block) => /^id: (\d+)$/m.exec(block)?.slice(1).map(Number) ?? []);
    expect(got).toEqual(all.slice(0, got.length));
    expect(got.length).toBeLessThan(all.length);
    const back = await visitor.listen('', String(got.at(-1) ?? 0));
    await until(() => toldOf(back, 'message').length === all.length - got.length);
    expect(toldOf(back, 'message').map(({ id }) => Number(id))).toEqual(all.slice(got.length));
  });
});
