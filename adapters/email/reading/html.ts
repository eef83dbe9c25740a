import sanitizeHtml from 'sanitize-html';
import { type HtmlLine, LineReader } from './html-lines';

/** HTML that may be shown to an agent, with the text that a reader sees in it. */
export interface SafeHtml {
  readonly html: string;
  /** One entry per line, with where it starts in the HTML. */
  readonly lines: readonly HtmlLine[];
  /** Images on foreign servers that are not shown: opening the mail must tell nobody. */
  readonly remoteImages: number;
}

const TAGS = [
  ...['a', 'abbr', 'b', 'big', 'blockquote', 'br', 'caption', 'center', 'cite', 'code', 'col', 'colgroup'],
  ...['dd', 'del', 'dfn', 'div', 'dl', 'dt', 'em', 'font', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i'],
  ...['img', 'ins', 'kbd', 'li', 'mark', 'ol', 'p', 'pre', 'q', 's', 'samp', 'small', 'span', 'strike'],
  ...['strong', 'sub', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'tt', 'u', 'ul', 'var'],
];
const COLOR = [/^#[0-9a-f]{3,8}$/i, /^[a-z]{3,20}$/i, /^rgba?\([\d\s.,%]{3,40}\)$/i];
const LENGTH = [/^-?[\d.]{1,6}(?:px|pt|em|rem|%|cm|mm|in)?(?:\s+-?[\d.]{1,6}(?:px|pt|em|rem|%)?){0,3}$/i];
const WORD = [/^[a-z][a-z -]{2,30}$/i];
const DEEPEST = 150;
const CUT_NAME = 'parley-cut';

// Their content is no text for a reader.
const NO_TEXT = 'script style textarea option noscript title xml head template svg math'.split(' ');

const ATTRIBUTES: sanitizeHtml.IOptions['allowedAttributes'] = {
  '*': ['style', 'dir', 'align', 'valign', 'bgcolor', 'lang', 'title'],
  a: ['href', 'rel', 'target'],
  img: ['src', 'alt', 'width', 'height'],
  font: ['color', 'size', 'face'],
  ol: ['start', 'type'],
  td: ['colspan', 'rowspan', 'width', 'height'],
  th: ['colspan', 'rowspan', 'width', 'height'],
  table: ['border', 'cellpadding', 'cellspacing', 'width'],
  blockquote: ['type'],
};

// Nothing that takes an element out of its place, and no address.
const STYLES: NonNullable<sanitizeHtml.IOptions['allowedStyles']> = {
  '*': {
    color: COLOR,
    'background-color': COLOR,
    'font-size': [...LENGTH, ...WORD],
    'font-weight': [...WORD, /^\d{3}$/],
    'font-style': WORD,
    'font-family': [/^[\w\s"',-]{2,120}$/],
    'text-align': WORD,
    'text-decoration': WORD,
    'line-height': LENGTH,
    margin: LENGTH,
    'margin-left': LENGTH,
    padding: LENGTH,
    'padding-left': LENGTH,
    'white-space': WORD,
    'vertical-align': WORD,
    width: LENGTH,
    'max-width': LENGTH,
  },
};

const LINK = /^(?:https?:\/\/|mailto:|tel:)/i;
const SAFE_LINK = { rel: 'noopener noreferrer nofollow', target: '_blank' };

/** Makes HTML of anybody harmless: no scripts, forms, frames, styles of position, nor anything that loads by itself. */
export function safeHtml(given: string): SafeHtml {
  let remoteImages = 0;
  const marked = sanitizeHtml(given, {
    ...{ allowedTags: [...TAGS, CUT_NAME], allowedAttributes: ATTRIBUTES, allowedStyles: STYLES },
    ...{ allowedSchemes: ['http', 'https', 'mailto', 'tel'], allowedSchemesByTag: { img: ['cid'] } },
    ...{ allowedSchemesAppliedToAttributes: ['href', 'src'], allowProtocolRelative: false },
    ...{ nestingLimit: DEEPEST, nonTextTags: NO_TEXT },
    transformTags: {
      a: (tagName, { href, ...rest }) => ({
        tagName,
        // By its scheme and nothing in front: browsers and sanitizers differ about what is blank. A mail has no base.
        attribs: LINK.test(href ?? '') ? { ...rest, ...SAFE_LINK, href: href ?? '' } : rest,
      }),
      img: (tagName, attribs) => {
        if (/^cid:/i.test(attribs['src'] ?? '')) return { tagName, attribs };
        const { src, ...rest } = attribs;
        if (src !== undefined) remoteImages += 1;
        return { tagName, attribs: rest };
      },
      '*': (tagName, attribs) =>
        startsOlderMail(tagName, attribs) ? { tagName: CUT_NAME, attribs: {} } : { tagName, attribs },
    },
  });
  return withoutMarks(marked, remoteImages);
}

// How the large mail programs and services mark the mail that is answered.
const QUOTE_IDS =
  /^(?:OLK_SRC_BODY_SECTION|divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|reply-intro|zwchr|isForwardContent|replySplit|orig_msg|lineBreakAtBeginningOfMessage-quote|ms-outlook-mobile-body-separator-line)$/i;
const QUOTE_CLASSES =
  /(?:^|[\s-])(?:gmail_quote|gmail_quote_container|gmail_extra_quote|yahoo_quoted|moz-cite-prefix|moz-forward-container|protonmail_quote|tutanota_quote|zmail_extra|WordSection1-quote|cite-prefix|OutlookMessageHeader|hmmessage_quote|ecxhmmessage_quote|mail_quote|mailru-quote|ygm_quote|fm-quote|freebirdQuote|front-blockquote|gmail_attr|acompli_signature-quote)(?:$|\s)/i;
// Outlook draws a line above the headers of what it quotes, in one of its two greys.
const RULE_ABOVE = /border-top\s*:\s*solid\s*#(?:B5C4DF|E1E1E1)\b/i;

function startsOlderMail(tagName: string, attribs: Readonly<Record<string, string>>): boolean {
  if (QUOTE_IDS.test(attribs['id'] ?? '')) return true;
  if (QUOTE_CLASSES.test(attribs['class'] ?? '')) return true;
  return tagName === 'div' && RULE_ABOVE.test((attribs['style'] ?? '').slice(0, 2_000));
}

/** The HTML cut off before a line, with every element closed that is open there. */
export function cutHtml(safe: SafeHtml, keptLines: number): string {
  const end = safe.lines[keptLines]?.at;
  if (end === undefined) return safe.html;
  return sanitizeHtml(safe.html.slice(0, end), {
    allowedTags: TAGS,
    allowedAttributes: false,
    allowedSchemesByTag: { img: ['cid'] },
    nestingLimit: DEEPEST + 10,
  });
}

const TOKEN = /<(\/?)([a-z][a-z0-9-]*)([^<>]*)>|([^<]+)|</gi;

function withoutMarks(marked: string, remoteImages: number): SafeHtml {
  const reader = new LineReader();
  let html = '';
  for (const [whole, closing, tag, attributes = '', text] of marked.matchAll(TOKEN)) {
    if (tag === CUT_NAME) {
      // The element is gone; what it held stays, behind the mark.
      if (closing === '') reader.mark(html.length);
      continue;
    }
    if (tag === undefined) reader.text(text ?? whole, html.length);
    else reader.tag({ name: tag.toLowerCase(), isClosing: closing !== '', attributes, at: html.length });
    html += whole;
  }
  return { html, lines: reader.end(html.length), remoteImages };
}
