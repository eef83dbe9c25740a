import { createHash } from 'node:crypto';
import { RATINGS, type Rating } from '../../model/satisfaction';
import { escapeHtml, textToHtml } from '../../model/text-to-html';
import type { Words } from './words';

/** What the page shows. */
export interface RatingPage {
  readonly language: string;
  readonly words: Words;
  /** Absent where the link leads nowhere. */
  readonly teamName?: string | undefined;
  /** The team's question, where it has one. */
  readonly question?: string | undefined;
  readonly thanks?: string | undefined;
  readonly choices?: readonly string[] | undefined;
  readonly rating?: Rating | undefined;
  readonly comment?: string | undefined;
}

export const LONGEST_COMMENT = 2_000;

/** The form, with what was answered before. */
export function formPage(page: RatingPage & { readonly isUnanswered?: boolean }): string {
  const { words, question, rating, comment = '', isUnanswered = false } = page;
  const title = question ?? words.title;
  const problem = isUnanswered
    ? `<p class="problem" role="alert" id="problem">${escapeHtml(words.choose)}</p>`
    : '';
  return documentOf(
    page,
    `<form method="post">
${problem}
<fieldset${isUnanswered ? ' aria-describedby="problem"' : ''}>
<legend><h1 dir="auto">${textToHtml(title)}</h1></legend>
${RATINGS.map((one) => choiceOf(page, one, one === rating)).join('\n')}
</fieldset>
<label for="comment">${escapeHtml(words.comment)}</label>
<textarea id="comment" name="comment" dir="auto" rows="4" maxlength="${LONGEST_COMMENT}">${escapeHtml(comment)}</textarea>
<button type="submit">${escapeHtml(words.send)}</button>
</form>`,
  );
}

/** What follows the answer. */
export function thanksPage(page: RatingPage): string {
  const { words, thanks = words.thanks } = page;
  return documentOf(
    page,
    `<div role="status"><h1 dir="auto">${textToHtml(thanks)}</h1></div>\n<p><a href="">${escapeHtml(words.change)}</a></p>`,
  );
}

/** What a link shows that is not ours or no longer valid. */
export function overPage(page: RatingPage): string {
  return documentOf(page, `<h1>${escapeHtml(page.words.over)}</h1>`);
}

function choiceOf({ words, choices }: RatingPage, rating: Rating, isChosen: boolean): string {
  const ends: Readonly<Partial<Record<Rating, string>>> = { 1: words.worst, 5: words.best };
  const own = choices?.[rating - 1];
  const end = ends[rating];
  // Stars are no words: a screen reader says the number.
  const label =
    own === undefined
      ? `<span aria-hidden="true">${'★'.repeat(rating)}</span> <span>${rating}${end ? `, ${escapeHtml(end)}` : ''}</span>`
      : escapeHtml(own);
  const checked = isChosen ? ' checked' : '';
  return `<label class="choice"><input type="radio" name="rating" value="${rating}" required${checked}> ${label}</label>`;
}

const STYLE = `
:root { color-scheme: light dark; background: #fff; }
body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 0 auto; padding: 1.5rem 1rem; }
legend { padding: 0; }
h1 { font-size: 1.375rem; margin: 0 0 .75rem; overflow-wrap: anywhere; }
fieldset { border: 0; margin: 0 0 1rem; padding: 0; min-width: 0; }
.choice { display: flex; gap: .75rem; align-items: center; min-height: 3rem; padding: 0 .75rem; margin: .25rem 0; border: 1px solid #767676; border-radius: .5rem; cursor: pointer; }
.choice input { width: 1.25rem; height: 1.25rem; flex: none; }
.choice:has(:checked), .choice:focus-within { outline: 3px solid #0b57d0; }
textarea { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; margin: .25rem 0 1rem; }
button { font: inherit; min-height: 3rem; padding: 0 1.5rem; border: 0; border-radius: .5rem; background: #0b57d0; color: #fff; cursor: pointer; }
button:focus-visible, textarea:focus-visible, a:focus-visible { outline: 3px solid #0b57d0; outline-offset: 2px; }
.team { color: #595959; margin: 0 0 1rem; }
.problem { color: #b3261e; font-weight: 600; }
@media (prefers-color-scheme: dark) {
  :root { background: #121212; }
  .team { color: #b8b8b8; } .problem { color: #f2b8b5; } a { color: #a8c7fa; }
  .choice:has(:checked), .choice:focus-within, :focus-visible { outline-color: #a8c7fa; }
}
`;

/** Nothing of the page comes from elsewhere, nothing in it runs, and nobody frames it. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

function documentOf({ language, words, teamName, question }: RatingPage, body: string): string {
  const direction = words.direction ?? 'ltr';
  const team = teamName === undefined ? '' : `<p class="team"><bdi>${escapeHtml(teamName)}</bdi></p>`;
  return `<!doctype html>
<html lang="${escapeHtml(language)}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(question ?? words.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${team}
${body}
</main>
</body>
</html>
`;
}
