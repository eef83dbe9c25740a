import type { Accepted } from 'parley-gateway/testing';
import { type Json, recordAt, recordsAt, textAt } from '../json';

/** A message that WhatsApp took. */
export interface Taken extends Accepted {
  readonly type: string;
  /** The message that it answers. */
  readonly answers?: string;
  /** As it came. */
  readonly raw: Json;
}

/** What a message says, as the kit asks for it. */
export function takenOf(externalId: string, from: string, raw: Json): Taken {
  const type = textAt(raw, 'type') ?? '';
  const interactive = recordAt(raw, 'interactive');
  const answers = textAt(recordAt(raw, 'context'), 'message_id');
  const file = recordAt(raw, type);
  const url = textAt(file, 'link') ?? textAt(file, 'id');
  return {
    ...{ externalId, from, type, raw },
    to: textAt(raw, 'to') ?? textAt(raw, 'recipient') ?? '',
    text: textAt(recordAt(raw, 'text'), 'body') ?? textAt(recordAt(interactive, 'body'), 'text') ?? '',
    media: url === undefined ? [] : [{ url }],
    key: textAt(raw, 'biz_opaque_callback_data'),
    ...(answers !== undefined && { answers }),
    ...(type === 'interactive' && { choices: choicesIn(recordAt(interactive, 'action')) }),
    ...(type === 'template' && { template: templateIn(recordAt(raw, 'template')) }),
  };
}

function choicesIn(action: Json): readonly string[] {
  const buttons = recordsAt(action, 'buttons').map((one) => recordAt(one, 'reply'));
  const rows = recordsAt(action, 'sections').flatMap((section) => recordsAt(section, 'rows'));
  return [...buttons, ...rows].map((one) => textAt(one, 'title') ?? '');
}

function templateIn(template: Json): NonNullable<Accepted['template']> {
  const body = recordsAt(template, 'components').find((one) => one['type'] === 'body') ?? {};
  const values = recordsAt(body, 'parameters').map((one) => textAt(one, 'text') ?? '');
  const language = textAt(recordAt(template, 'language'), 'code') ?? '';
  return { name: textAt(template, 'name') ?? '', language, values };
}
