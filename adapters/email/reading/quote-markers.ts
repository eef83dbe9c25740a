/** The words by which mail programs of the world introduce what is quoted, all matched against one trimmed line. */

// Every pattern is anchored and free of nested repetition: a line of any kind costs linear time.
const LONGEST_LINE = 600;

/** Verbs of "On <date>, <name> wrote:", in the languages of the large mail programs. */
const WROTE = [
  'wrote',
  'writes',
  'schrieb',
  'schreef',
  'a écrit',
  'ha scritto',
  'scrisse',
  'escribió',
  'escribio',
  'va escriure',
  'escreveu',
  'skrev',
  'kirjoitti',
  'pisze',
  'napisał',
  'napisał\\(a\\)',
  'napsal',
  'napsala',
  'napísal',
  'napisao',
  'napisal',
  'написал',
  'написала',
  'написал\\(а\\)',
  'пишет',
  'пише',
  'написав',
  'a scris',
  'írta',
  'ezt írta',
  'yazdı',
  'şunu yazdı',
  'έγραψε',
  'kirjutas',
  'rašė',
  'rakstīja',
  'menulis',
  'đã viết',
  'כתב',
  'כתבה',
  'كتب',
  'נכתב',
  '写道',
  '寫道',
  'のメール',
  'さんは書きました',
  '님이 작성',
  '作成',
].join('|');

/** First words of such a line. */
const ON =
  'On|At|Am|Den|Der|Op|Le|El|Em|Il|Il giorno|Em|No dia|Dnia|W dniu|Dne|Dana|På|Kl|Kello|În|A|Στις|Vào|Pada tanggal|在|於|Ha|Ma';

const WROTE_AT_END = new RegExp(`(?:^|[\\s>)\\]*_"'”’»,、])(?:${WROTE})(?:\\s|:|：|$)`, 'iu');
const STARTS_WITH_ON = new RegExp(`^[*_>\\s-]*(?:${ON})[\\s,:.*_]`, 'u');
const DATE = /\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d{4}年/u;
const TIME = /\b\d{1,2}[:.h]\d{2}\b/u;
const ADDRESS = /[<([][^\s<>()[\]]+@[^\s<>()[\]]+[>)\]]/u;
const ENDS_WITH_COLON = /[:：]\s*[*_]*$/u;

/** Whether these words, joined from one to four lines, introduce a quotation: "On Monday Ann wrote:". */
export function isAttribution(words: string): boolean {
  if (words.length > LONGEST_LINE || words.length < 6) return false;
  const hasDate = DATE.test(words) || TIME.test(words);
  const hasAddress = ADDRESS.test(words);
  if (!hasDate && !hasAddress) return false;
  if (WROTE_AT_END.test(words)) return endsAsAttribution(words);
  if (ENDS_WITH_COLON.test(words))
    return hasDate && words.length < 250 && (hasAddress || STARTS_WITH_ON.test(words));
  // 2012/10/1 Ann <ann@example.com>, as Gmail once wrote it.
  return /^\d{4}[/-]\d{1,2}[/-]\d{1,2}\b/u.test(words) && hasAddress && /[>)]\s*$/u.test(words);
}

function endsAsAttribution(words: string): boolean {
  if (ENDS_WITH_COLON.test(words) || /(?:wrote|写道|寫道)\s*$/iu.test(words)) return true;
  return /^-{2,}.*-{2,}$/u.test(words); // ---- On ... wrote ----
}

/** Whether a line may be the first of an attribution that goes on in the next. */
export function mayBeginAttribution(line: string): boolean {
  if (line.length > 300) return false;
  return STARTS_WITH_ON.test(line) || /^\d{4}[/-]\d{1,2}[/-]\d{1,2}\b/u.test(line) || DATE.test(line);
}

const ORIGINAL = [
  'Original (?:Message|Appointment|email)',
  'Forwarded (?:Message|by .*)',
  'Begin forwarded message',
  'Reply Message',
  'Reply to message',
  'Ursprüngliche Nachricht',
  'Originalnachricht',
  'Original-Nachricht',
  'Urspr\\. Nachricht',
  'Weitergeleitete Nachricht',
  "Message d'origine",
  'Message original',
  'Message transféré',
  'Mensaje original',
  'Mensaje reenviado',
  'Missatge original',
  'Mensagem original',
  'Mensagem encaminhada',
  'Messaggio originale',
  'Messaggio inoltrato',
  'Oorspronkelijk bericht',
  'Doorgestuurd bericht',
  'Oprindelig meddelelse',
  'Original meddelelse',
  'Opprinnelig melding',
  'Ursprungligt meddelande',
  'Ursprungsmeddelande',
  'Alkuperäinen viesti',
  'Wiadomość oryginalna',
  'Oryginalna wiadomość',
  'Původní zpráva',
  'Pôvodná správa',
  'Eredeti üzenet',
  'Mesaj original',
  'Исходное сообщение',
  'Пересылаемое сообщение',
  'Пересланное сообщение',
  'Оригинальное сообщение',
  'Вихідне повідомлення',
  'Αρχικό μήνυμα',
  'Orijinal Mesaj',
  '原始邮件',
  '原始郵件',
  '原文',
  '元のメッセージ',
  'Original-Nachricht',
  'הודעה מקורית',
  'الرسالة الأصلية',
  '원본 메시지',
].join('|');
const ORIGINAL_LINE = new RegExp(`^[\\s*_>]*[-_=~*]{2,}\\s*(?:${ORIGINAL})\\s*:?\\s*[-_=~*]*$`, 'iu');
const ORIGINAL_BARE =
  /^(?:Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-Mail)|Début du message (?:réexpédié|transféré)|Inizio messaggio inoltrato|Inicio del mensaje reenviado)\s*:$/iu;
const REPLY_ABOVE =
  /^[\s\-_=#*~>]*(?:(?:please )?(?:reply|type|write|respond|add)(?: your (?:reply|answer|response|comment))? (?:above|over) (?:this|the) line|reply above|antworten sie (?:oberhalb|über) dieser zeile|répondez au-dessus de cette ligne)/iu;
const QUOTE_RULE = /^[_]{20,}$|^[-]{25,}$|^[=]{25,}$/u;

/** Whether everything from this line on is an older mail. */
export function isDelimiter(line: string): boolean {
  if (line.length > 200) return false;
  return ORIGINAL_LINE.test(line) || ORIGINAL_BARE.test(line) || REPLY_ABOVE.test(line);
}

/** A rule of the kind that Outlook puts above the headers of what is quoted, and lists above their footer. */
export function isRule(line: string): boolean {
  return QUOTE_RULE.test(line);
}

const FROM =
  'From|Von|De|Da|Van|Fra|Från|Lähettäjä|Od|Feladó|De la|От|От кого|Від|Από|Kimden|Gönderen|发件人|寄件者|寄件人|差出人|보낸 사람|מאת|من|Dari|Expéditeur|Remitente|Mittente|Afzender|Avsender|Avsändare';
const OTHER =
  'Sent|Date|To|Cc|CC|Bcc|Subject|Reply-To|Reply To|Importance|Attachments|Gesendet|Datum|An|Betreff|Kopie|Antwort an|Envoyé|Envoyé le|Date|À|A|Objet|Copie à|Enviado|Enviado el|Enviada em|Enviado em|Fecha|Data|Para|Asunto|Assunto|CCO|Inviato|Oggetto|Verzonden|Verstuurd|Aan|Onderwerp|Sendt|Dato|Til|Emne|Skickat|Till|Ämne|Lähetetty|Päivämäärä|Vastaanottaja|Aihe|Kopio|Wysłano|Wysłane|Data|Do|DW|Temat|Odesláno|Komu|Předmět|Datum|Odoslané|Predmet|Küldve|Elküldve|Címzett|Tárgy|Trimis|Către|Subiect|Отправлено|Дата|Кому|Копия|Тема|Надіслано|Отправлен|Στάλθηκε|Ημερομηνία|Προς|Θέμα|Gönderildi|Gönderme Tarihi|Tarih|Kime|Konu|Bilgi|发送时间|發送日期|日期|收件人|收件者|抄送|副本|主题|主題|主旨|送信日時|日時|宛先|件名|보낸 날짜|받는 사람|제목|נשלח|אל|נושא|תאריך|Dikirim|Kepada|Perihal|Tanggal';
const FROM_LINE = new RegExp(`^[\\s>*_]*(?:${FROM})[*_]*\\s?[:：]`, 'iu');
const HEADER_LINE = new RegExp(`^[\\s>*_]*(?:${FROM}|${OTHER})[*_]*\\s?[:：](?:[*_\\s]|\\S)`, 'iu');

/** A line such as "Subject: ...", as it stands above a quoted mail. */
export function isHeaderLine(line: string): boolean {
  return line.length <= LONGEST_LINE * 4 && HEADER_LINE.test(`${line.slice(0, 80)} `);
}

/** A header line that says from whom. */
export function isFromLine(line: string): boolean {
  return FROM_LINE.test(line.slice(0, 80));
}
