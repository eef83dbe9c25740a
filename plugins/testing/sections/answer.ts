import assert from 'node:assert/strict';
import type { Channel, ClientPorts, ConversationAnswer, OutboundMessage } from '../../contract/index';
import { frozen, type Kit, sending, text } from '../kit';

/** What a channel puts into conversations that the host keeps: the host may do it in its place. */
export function answerSection(kit: Kit): void {
  if (!kit.supports.has('answerOf')) return;

  kit.check(
    'answer: the same stands in the conversation, whoever puts it there',
    'Let `send` hand on what `answerOf` gives, whole and with nothing else: the host may put it there itself.',
    async () => {
      const told: ConversationAnswer[] = [];
      const channel = openListening(kit, (answer) => told.push(answer));
      const answers = answersTo(kit);
      for (const answer of answers) await channel.send(answer, sending());
      assert.deepEqual(
        told,
        answers.map((answer) => channel.answerOf?.(answer)),
      );
    },
  );

  kit.check(
    'answer: to say what would stand there changes nothing',
    '`answerOf` is pure: whoever asks may store it, or leave it.',
    () => {
      for (const answer of answersTo(kit))
        assert.deepEqual(kit.channel.answerOf?.(frozen(answer)), kit.channel.answerOf?.(answer));
      assert.equal(kit.driver.requests(), 0);
    },
  );
}

function answersTo(kit: Kit): OutboundMessage[] {
  const file = { url: 'https://gateway.test/media/7', mimeType: 'image/png', name: 'a.png' };
  const open = () => assert.fail('nobody reads the file');
  return [
    text(kit, 'héllo 👋', { from: { id: 'ann', name: 'Ann' } }),
    text(kit, 'by a rule', { automatic: true, metadata: { order: 7 }, alert: { title: 'Sales' } }),
    text(kit, 'with <b>words</b>', { html: '<p>with <b>words</b></p>', media: [{ ...file, open }] }),
  ];
}

/** A channel that is overheard; keys and deadlines are the host's. */
function openListening({ driver, open }: Kit, hear: (answer: ConversationAnswer) => void): Channel {
  assert.ok(driver.client, 'the driver needs its `client` part');
  const { ports } = driver.client;
  const { conversations } = ports;
  const clients: ClientPorts = {
    ...ports,
    conversations: {
      ...conversations,
      answer(given) {
        const { key, signal, ...answer } = given;
        hear(answer);
        return conversations.answer(given);
      },
    },
  };
  return open(driver.config, { clients });
}
