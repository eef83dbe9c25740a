const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that means nothing but itself in HTML, in elements and in attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Plain text as HTML: escaped, with its lines, and with its links as links. */
export function textToHtml(text: string): string {
  const pieces = text.split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)])/);
  const html = pieces.map((piece, index) => {
    const escaped = escapeHtml(piece);
    return index % 2 === 1 ? `<a href="${escaped}">${escaped}</a>` : escaped;
  });
  return html.join('').replaceAll('\n', '<br>\n');
}
