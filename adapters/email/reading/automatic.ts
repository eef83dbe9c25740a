import type { Mailbox, MailHeaders } from './headers';

const ROBOTS =
  /^(?:(?:no|do-?not|donot|never)[-_.]?(?:reply|respond|answer)|mailer-?daemon|postmaster|bounces?|abuse|notifications?|auto-?(?:reply|responder|confirm)|newsletters?)(?:[+._-].*)?@/i;

// Out-of-office mail of programs that say it in words only.
const AWAY =
  /^(?:re:\s*|aw:\s*)?(?:\[?auto(?:matic|mated)?[-\s:]{0,2}(?:reply|response|antwort)\]?|automatische (?:antwort|beantwortung)|abwesenheits(?:notiz|benachrichtigung|mitteilung)|abwesend|out of (?:the )?office|ooo\b|on (?:vacation|leave)|réponse automatique|absen(?:t|ce) du bureau|respuesta automática|fuera de la oficina|risposta automatica|fuori sede|resposta automática|automatisch antwoord|afwezig|autosvar|automatisk svar|automaattinen vastaus|automatyczna odpowiedź|автоответ|автоматический ответ|自动回复|自動返信|자동 응답|vacation)/i;

/** Why a mail was not written by a person, or undefined when nothing says so (RFC 3834 2, and what came before it). */
export function whyAutomatic(
  headers: MailHeaders,
  from: Mailbox | undefined,
  subject: string,
): string | undefined {
  const marked = MARKS.find(([header]) => headers.has(header))?.[1];
  return saysSo(headers) ?? marked ?? whyByWords(headers, from, subject);
}

function saysSo(headers: MailHeaders): string | undefined {
  const submitted = headers
    .last('auto-submitted')
    ?.toLowerCase()
    .split(/[;\s(]/, 1)[0];
  if (submitted !== undefined && submitted !== '' && submitted !== 'no') return 'auto-submitted';
  if (/^\s*(?:<\s*>|)\s*$/.test(headers.last('return-path') ?? 'absent')) return 'null-sender';
  const precedence = headers.last('precedence')?.trim().toLowerCase() ?? '';
  return /^(?:bulk|junk|list|auto_reply|auto-reply)$/.test(precedence)
    ? `precedence-${precedence}`
    : undefined;
}

const SUPPRESSES = /^(?:all|.*\b(?:oof|autoreply)\b.*)$/i;

function whyByWords(headers: MailHeaders, from: Mailbox | undefined, subject: string): string | undefined {
  if (SUPPRESSES.test(headers.last('x-auto-response-suppress') ?? '')) return 'suppresses-answers';
  if (from && ROBOTS.test(from.address)) return 'robot-address';
  return AWAY.test(subject.trim()) ? 'out-of-office' : undefined;
}

const MARKS: readonly (readonly [header: string, reason: string])[] = [
  ['list-id', 'list'],
  ['list-unsubscribe', 'list'],
  ['list-post', 'list'],
  ['x-autoreply', 'auto-reply'],
  ['x-autorespond', 'auto-reply'],
  ['x-autoreply-from', 'auto-reply'],
  ['x-mail-autoreply', 'auto-reply'],
  ['x-autoresponder-tests', 'auto-reply'],
  ['feedback-id', 'list'],
  ['x-failed-recipients', 'bounce'],
  ['x-loop', 'loop'],
];
