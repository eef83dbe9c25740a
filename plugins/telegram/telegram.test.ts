import { describeChannel } from 'parley-gateway/testing';
import provider, { byPolling } from './driver';
import { telegram } from './index';
import { eventsOf } from './updates';
import { webhook } from './webhook';

describe('by webhook', () => describeChannel({ ...provider, definition: telegram }));
describe('by polling', () => describeChannel({ ...byPolling, definition: telegram }));

const CHAT = { chat: { id: 70_001, type: 'private' }, from: { id: 70_001, first_name: 'Ann' } };

describe('what customers do', () => {
  test('a tap on a choice is a message with the words of its button, and is answered with the delivery itself', () => {
    const update = {
      update_id: 1,
      callback_query: {
        ...{ id: '42', from: CHAT.from, data: 'blue' },
        message: {
          message_id: 7,
          reply_markup: { inline_keyboard: [[{ text: 'Blue, please', callback_data: 'blue' }]] },
        },
      },
    };
    const body = Buffer.from(JSON.stringify(update));
    const request = { method: 'POST', url: 'https://x.example', headers: {}, body };

    expect(webhook({ token: '5:x' }).parse(request)).toMatchObject([
      { message: { externalId: 'tap:42', choiceId: 'blue', text: 'Blue, please', inReplyTo: '70001:7' } },
    ]);
    expect(webhook({ token: '5:x' }).reply?.(request).body).toBe(
      '{"method":"answerCallbackQuery","callback_query_id":"42"}',
    );
  });

  test('edits and reactions change what was written before', () => {
    const edit = {
      update_id: 2,
      edited_message: { ...CHAT, message_id: 8, text: 'Bluer', edit_date: 1_767_323_045 },
    };
    const reaction = { ...CHAT, message_id: 8, date: 1_767_323_045, old_reaction: [] };
    const liked = {
      update_id: 3,
      message_reaction: { ...reaction, new_reaction: [{ type: 'emoji', emoji: '👍' }] },
    };
    const unliked = { update_id: 4, message_reaction: { ...reaction, new_reaction: [] } };

    expect([edit, liked, unliked].flatMap((update) => eventsOf(update, '5', ''))).toMatchObject([
      { type: 'change', change: { externalId: '70001:8', what: { is: 'edit', text: 'Bluer' } } },
      { type: 'change', change: { externalId: '70001:8', what: { is: 'reaction', emoji: '👍' } } },
      { type: 'change', change: { externalId: '70001:8', what: { is: 'reaction' } } },
    ]);
  });

  test('each kind of file, a place and a contact arrive; a group is no customer', () => {
    const content = [
      { sticker: { file_id: 'sticker', is_animated: false, is_video: true } },
      { voice: { file_id: 'voice', mime_type: 'audio/ogg', file_size: 9 } },
      { document: { file_id: 'doc', file_name: 'a.pdf', mime_type: 'application/pdf' }, caption: 'see' },
      { location: { latitude: 51.5, longitude: -0.1 } },
      { contact: { first_name: 'Bo', phone_number: '+4479' } },
    ];
    const events = content.flatMap((fields) =>
      eventsOf({ message: { ...CHAT, message_id: 1, ...fields } }, '5', ''),
    );
    expect(
      events.map(
        (event) => event.type === 'message' && [event.message.text, event.message.media[0]?.mimeType],
      ),
    ).toEqual([
      [undefined, 'video/webm'],
      [undefined, 'audio/ogg'],
      ['see', 'application/pdf'],
      ['51.5, -0.1', undefined],
      ['Bo +4479', undefined],
    ]);
    const group = { message: { ...CHAT, chat: { id: -5, type: 'group' }, message_id: 1, text: 'hi' } };
    expect(eventsOf(group, '5', '')).toMatchObject([{ type: 'ignored' }]);
  });
});
