import { randomUUID } from 'node:crypto';
import { CUSTOMERS } from './people';
import type { Providers } from './providers';
import type { Mail, Said, Shown } from './shown';

export type Written =
  | { readonly device: 'phone' | 'messenger'; readonly text: string }
  /** `answers` is a mail that is shown; else it is a new one. */
  | {
      readonly device: 'mail';
      readonly text: string;
      readonly subject?: string | undefined;
      readonly answers?: string | undefined;
    };

/** The phone, the mail program and Messenger: what the providers brought, and what was written. */
export interface Devices {
  shown(): Shown;
  /** Resolves when the provider has delivered it to the gateway. */
  write(written: Written): Promise<void>;
}

export function createDevices({ twilio, facebook, mail }: Providers): Devices {
  const texts: Said[] = [];
  const letters: Mail[] = [];
  const { number: phone } = CUSTOMERS.phone;
  const { psid } = CUSTOMERS.messenger;
  const shownMail = (): Mail[] => {
    const got = mail.sent().map(({ messageId, from, to, subject, text, at }) => ({
      ...{ id: messageId, isMine: false, from, to, subject, text, at: at.toISOString() },
    }));
    return inOrder([...letters, ...got]);
  };
  return {
    shown: () => ({
      phone: inOrder([
        ...texts,
        ...twilio
          .sent()
          .filter(({ to }) => to === phone)
          .map(received),
      ]),
      messenger: facebook.world.messages
        .filter((message) => message.psid === psid && message.text !== '')
        .map(({ mid, isFromPage, text, at }) => ({
          id: mid,
          isMine: !isFromPage,
          text,
          at: at.toISOString(),
        })),
      mail: shownMail(),
    }),
    async write(written) {
      const { text } = written;
      const at = new Date().toISOString();
      if (written.device === 'mail') {
        const letter = letterOf(written, shownMail());
        const { from, name, subject } = letter;
        const id = await mail.receive({ ...letter, from: name === '' ? from : `${name} <${from}>` });
        letters.push({ id, isMine: true, from, to: mail.config.address, subject, text, at });
      } else if (written.device === 'phone') {
        texts.push({ id: randomUUID(), isMine: true, text, at });
        await twilio.receive({ from: phone, to: twilio.config.number ?? '', body: text });
      } else await facebook.receive({ from: psid, text });
    },
  };
}

function received(sent: { readonly sid: string; readonly body: string; readonly at: Date }): Said {
  return { id: sent.sid, isMine: false, text: sent.body, at: sent.at.toISOString() };
}

/** An answer goes from the address that the mail was for: it may be that of the shop's visitor. */
function letterOf(written: Extract<Written, { device: 'mail' }>, shown: readonly Mail[]) {
  const { text, subject = 'A question', answers } = written;
  const { address, name } = CUSTOMERS.mail;
  const answered = shown.find(({ id }) => id === answers);
  if (!answered) return { from: address, name, subject, text };
  const from = answered.isMine ? answered.from : answered.to;
  const isReply = /^re:/i.test(answered.subject);
  return {
    ...{ from, name: from === address ? name : '', text, inReplyTo: answered.id },
    subject: isReply ? answered.subject : `Re: ${answered.subject}`,
  };
}

function inOrder<T extends Said>(all: readonly T[]): T[] {
  return all.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
