import type { Express, Request, Response } from 'express';
import { RATING_PATH } from '../../automatic/rating-links';
import { automaticRules } from '../../model/automatic-rules';
import { plainText } from '../../model/plain-text';
import { Problem } from '../../model/problem';
import { type Survey, toRating } from '../../model/satisfaction';
import { filled } from '../../model/template';
import type { Context } from '../../services/context';
import { behindLink, rateBehindLink } from '../../services/satisfaction';
import { findChat } from '../../store/chats';
import type { Team } from '../../store/teams';
import { readBody } from '../read-body';
import { formPage, LONGEST_COMMENT, overPage, PAGE_POLICY, type RatingPage, thanksPage } from './page';
import { wordsFor } from './words';

const MOST_BYTES = 32 * 1024;

/** The page behind the link that asks how a chat was. Reading it changes nothing: programs that check mails read every link. */
export function serveRatingPage(app: Express, options: { readonly context: Context }): void {
  const { context } = options;
  app.get(`${RATING_PATH}/:token`, async (request, response) => {
    const found = await foundAt(context, request);
    if (!found) return sendOver(request, response);
    write(response, 200, formPage(found.page));
  });
  app.post(`${RATING_PATH}/:token`, async (request, response) => {
    const found = await foundAt(context, request);
    const fields = await fieldsOf(request);
    if (!found) return sendOver(request, response);
    const { survey, page } = found;
    const rating = toRating(fields.get('rating'));
    const comment = plainText(fields.get('comment')?.trim() ?? '', LONGEST_COMMENT);
    if (rating === undefined) return write(response, 400, formPage({ ...page, comment, isUnanswered: true }));
    const said = { rating, ...(comment === '' && survey.comment === undefined ? {} : { comment }) };
    if ((await rateBehindLink(context, survey.id, said)) === 'expired') return sendOver(request, response);
    write(response, 200, thanksPage(page));
  });
}

interface Found {
  readonly survey: Survey;
  readonly page: RatingPage;
}

async function foundAt(context: Context, request: Request): Promise<Found | undefined> {
  const { token } = request.params;
  const found = await behindLink(context, typeof token === 'string' ? token : '');
  if (!found || found.survey.expiresOn < context.now()) return undefined;
  const { survey, team } = found;
  return { survey, page: await pageOf(context, request, survey, team) };
}

async function pageOf(
  context: Context,
  request: Request,
  survey: Survey,
  team: Team | undefined,
): Promise<RatingPage> {
  const chat = await context.store.read((tx) => findChat(tx, survey.spaceId, survey.chatId));
  const rules = team && automaticRules(team, chat?.channelId ?? '');
  const { question, thanks, choices } = rules?.satisfaction ?? {};
  // Whoever has the link may not be the customer: the page names nobody but the team.
  const shown = (text = '') => filled(text, { teamName: team?.name ?? '' }).trim() || undefined;
  return {
    ...wordsFor(request.headers['accept-language'], rules?.language ?? 'en'),
    ...{ teamName: team?.name, question: shown(question), thanks: shown(thanks), choices },
    ...{ rating: survey.rating, comment: survey.comment },
  };
}

async function fieldsOf(request: Request): Promise<URLSearchParams> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type))
    throw new Problem('unsupported-media-type', 'send the form as application/x-www-form-urlencoded');
  return new URLSearchParams((await readBody(request, MOST_BYTES)).toString('utf8'));
}

function sendOver(request: Request, response: Response): void {
  write(response, 404, overPage(wordsFor(request.headers['accept-language'], 'en')));
}

function write(response: Response, status: number, html: string): void {
  response.setHeader('content-security-policy', PAGE_POLICY);
  response.setHeader('cache-control', 'no-store');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('x-robots-tag', 'noindex');
  response.status(status).type('html').send(html);
}
