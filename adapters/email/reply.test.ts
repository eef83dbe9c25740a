import { splitReply } from './reading/reply';

const OLD = '> Hello,\n> when will it come?\n>\n> Ada';

test.each([
  ['English', 'On Mon, Nov 2, 2026 at 10:00 AM Ada Lovelace <ada@x.example> wrote:'],
  ['English, folded', 'On Mon, Nov 2, 2026 at 10:00 AM Ada Lovelace\n<ada@x.example> wrote:'],
  ['English, with a colon far away', 'On 2 Nov 2026, at 10:00, Ada Lovelace <ada@x.example>\nwrote:'],
  ['German', 'Am 02.11.2026 um 10:00 schrieb Ada Lovelace:'],
  ['German, by Gmail', 'Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Ada Lovelace <\nada@x.example>:'],
  ['French', 'Le lun. 2 nov. 2026 à 10:00, Ada Lovelace <ada@x.example> a écrit :'],
  ['Spanish', 'El lun, 2 nov 2026 a las 10:00, Ada Lovelace (<ada@x.example>) escribió:'],
  ['Portuguese', 'Em seg., 2 de nov. de 2026 às 10:00, Ada <ada@x.example> escreveu:'],
  ['Italian', 'Il giorno lun 2 nov 2026 alle ore 10:00 Ada <ada@x.example> ha scritto:'],
  ['Dutch', 'Op ma 2 nov 2026 om 10:00 schreef Ada Lovelace <ada@x.example>:'],
  ['Swedish', 'Den mån 2 nov. 2026 kl 10:00 skrev Ada <ada@x.example>:'],
  ['Danish', 'Den man. 2. nov. 2026 kl. 10.00 skrev Ada <ada@x.example>:'],
  ['Polish', 'pon., 2 lis 2026 o 10:00 Ada <ada@x.example> napisał(a):'],
  ['Russian', 'пн, 2 нояб. 2026 г. в 10:00, Ada <ada@x.example>:'],
  ['Japanese', '2026年11月2日(月) 10:00 Ada <ada@x.example>:'],
  ['Chinese', 'Ada <ada@x.example> 于2026年11月2日周一 10:00写道：'],
  ['Korean', '2026년 11월 2일 (월) 오전 10:00, Ada <ada@x.example>님이 작성:'],
  ['Turkish', 'Ada <ada@x.example>, 2 Kas 2026 Pzt, 10:00 tarihinde şunu yazdı:'],
  ['a name first', 'Ada Lovelace <ada@x.example> wrote on 2026-11-02 10:00:'],
])('what is quoted is found by its introduction: %s', (_, introduction) => {
  const reply = splitReply(`It comes on Friday.\n\n${introduction}\n\n${OLD}\n`);
  expect(reply).toEqual({
    text: 'It comes on Friday.',
    quoted: `${introduction.trimEnd()}\n\n${OLD}`,
    keptLines: expect.any(Number),
  });
});

test.each([
  [
    'Outlook',
    'From: Ada <ada@x.example>\nSent: Monday, November 2, 2026 10:00 AM\nTo: Shop\nSubject: When?\n\nHello',
  ],
  [
    'Outlook with a rule',
    '________________________________\nVon: Ada <ada@x.example>\nGesendet: Montag, 2. November 2026 10:00\nAn: Shop\nBetreff: Wann?\n\nHallo',
  ],
  ['bold headers', '*From:* Ada <ada@x.example>\n*Date:* Monday\n*To:* Shop\n*Subject:* When?\n\nHello'],
  [
    'French',
    'De : Ada <ada@x.example>\nEnvoyé : lundi 2 novembre 2026 10:00\nÀ : Shop\nObjet : Quand ?\n\nBonjour',
  ],
  ['an original message', '-----Original Message-----\nFrom: Ada\nSubject: When?\n\nHello'],
  ['in German', '-----Ursprüngliche Nachricht-----\nVon: Ada\nBetreff: Wann?\n\nHallo'],
  ['a line to reply above', '##- Please type your reply above this line -##\n\nTicket 7: Hello'],
  ['Zoho', '---- On Mon, 02 Nov 2026 10:00:00 +0000 Ada <ada@x.example> wrote ----\n\nHello'],
])('an older mail below is found: %s', (_, older) => {
  const { text, quoted } = splitReply(`It comes on Friday.\n\nAnn\n\n${older}\n`);
  expect(text).toBe('It comes on Friday.\n\nAnn');
  expect(quoted).toContain(older.split('\n').at(-1));
});

test('answers between the lines keep what they answer', () => {
  const mail =
    'Hi Ada,\n\nOn 2 Nov 2026, at 10:00, Ada wrote:\n> When?\n\nOn Friday.\n\n> How much?\n\nTen.\n';
  expect(splitReply(mail).text).toBe(mail.trim());
});

test('an answer below what it quotes is found', () => {
  expect(splitReply(`On 2 Nov 2026, at 10:00, Ada wrote:\n${OLD}\n\nOn Friday.\n`)).toMatchObject({
    text: 'On Friday.',
  });
});

test.each([
  ['Yes.\n\n-- \nAnn\nThe Shop', 'Yes.', '--\nAnn\nThe Shop'],
  ['Yes.\n\nSent from my iPhone', 'Yes.', 'Sent from my iPhone'],
  ['Ja.\n\nVon meinem iPhone gesendet', 'Ja.', 'Von meinem iPhone gesendet'],
  ['Oui.\n\nEnvoyé de mon iPhone', 'Oui.', 'Envoyé de mon iPhone'],
  [
    'Yes.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>',
    'Yes.',
    'Get Outlook for iOS<https://aka.ms/o0ukef>',
  ],
])('a signature stands apart: %j', (mail, text, signature) => {
  expect(splitReply(mail)).toMatchObject({ text, signature });
});

test.each([
  'On the other hand: I wrote to you on 2 May.\nAnd again.',
  'From: what I see, it works.\nThanks!',
  'I said:\n- one\n- two',
  'See the log:\n2026-11-02 10:00 error: x\n2026-11-02 10:01 error: y',
  '-- \nOnly a signature',
  '> only a quotation',
  'Please note\n----------\nthe rule above is mine.',
])('what only looks like it stays: %j', (mail) => {
  expect(splitReply(mail).text).toBe(mail.replace(/ +$/gm, '').trim());
});
