import { randomBytes } from 'node:crypto';

/** Mails of one kind, as many as are asked for. */
export interface LetterKind {
  readonly name: string;
  write(index: number, to: string): string;
}

/** A reply as people write it: a few words, a quotation, a signature. */
export const PLAIN: LetterKind = {
  name: 'plain',
  write: (index, to) =>
    [...headersOf(index, to), 'Content-Type: text/plain; charset=utf-8', '', ...wordsOf(index), ''].join(
      '\r\n',
    ),
};

const ATTACHED_BYTES = 1024 * 1024;
// The same for all: what is measured does not depend on what is in it, and random bytes cost time of their own.
const attached = randomBytes(ATTACHED_BYTES).toString('base64').replace(/.{76}/g, '$&\r\n');

/** The same with a file of 1 MB. */
export const WITH_FILE: LetterKind = {
  name: 'with a file of 1 MB',
  write: (index, to) =>
    [
      ...headersOf(index, to),
      'Content-Type: multipart/mixed; boundary="part"',
      '',
      '--part',
      'Content-Type: text/plain; charset=utf-8',
      '',
      ...wordsOf(index),
      '--part',
      'Content-Type: application/octet-stream; name="scan.bin"',
      'Content-Disposition: attachment; filename="scan.bin"',
      'Content-Transfer-Encoding: base64',
      '',
      attached,
      '--part--',
      '',
    ].join('\r\n'),
};

const SENDERS = 500;

function headersOf(index: number, to: string): string[] {
  const id = `${index}.${randomBytes(8).toString('hex')}`;
  const from = `customer${index % SENDERS}@customer.example`;
  return [
    `Return-Path: <${from}>`,
    `Delivered-To: ${to}`,
    `Received: from mx.customer.example (mx.customer.example [192.0.2.7])`,
    `\tby mx.shop.example with ESMTPS id ${id}; Mon, 2 Nov 2026 10:00:00 +0000`,
    'Authentication-Results: mx.shop.example; spf=pass smtp.mailfrom=customer.example; dmarc=pass',
    `From: "Customer ${index % SENDERS}" <${from}>`,
    `To: ${to}`,
    `Subject: Re: Order ${index}`,
    `Message-ID: <${id}@customer.example>`,
    `In-Reply-To: <before.${id}@elsewhere.example>`,
    `References: <first.${id}@elsewhere.example> <before.${id}@elsewhere.example>`,
    'Date: Mon, 2 Nov 2026 10:00:00 +0000',
    'MIME-Version: 1.0',
  ];
}

function wordsOf(index: number): string[] {
  return [
    'Hello,',
    '',
    `thank you, that is mail ${index}: please send it to the office and not to the shop.`,
    'And tell me when it leaves, so that somebody is there.',
    '',
    'Regards',
    '-- ',
    'Customer, Example Ltd.',
    '',
    'On Mon, 2 Nov 2026 at 09:00, Shop <support@shop.example> wrote:',
    ...Array.from({ length: 20 }, (_, line) => `> Line ${line} of what was written before, as it is cited.`),
  ];
}
