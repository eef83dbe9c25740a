import { z } from 'zod';
import { MOST_REPEAT_HOURS } from '../../model/automatic-repeat';
import { RATINGS } from '../../model/satisfaction';
import { unknownVariable, VARIABLES } from '../../model/template';
import { freeText, text } from './common';

const named = VARIABLES.map((name) => `{{${name}}}`).join(', ');

/** A text that customers get, with variables in it. */
export const template = freeText(5000)
  .superRefine((given, check) => {
    const unknown = unknownVariable(given);
    if (unknown !== undefined)
      check.addIssue({ code: 'custom', message: `there is no variable "${unknown}"; there are ${named}` });
  })
  .meta({
    description: `Variables: ${named}; \`{{customerName|there}}\` says what stands there when it is not known.`,
  });

/** A text so long after the first message of a chat. */
export const delayedMessage = z.object({
  timeout: z
    .number()
    .nonnegative('expected 0 or more')
    .max(86_400, 'expected at most 86400')
    .meta({ description: 'Seconds.' }),
  text: template,
});

const choices = z
  .array(text(20).refine((label) => unknownVariable(label) === undefined, 'a choice takes no variables'))
  .length(RATINGS.length, `expected ${RATINGS.length} choices, from the worst to the best`);

export const satisfactionRule = z
  .strictObject({
    question: template.pipe(z.string().min(1, 'it must not be empty')),
    afterMinutes: z.number().min(0, 'expected 0 or more').max(10_080).optional(),
    by: z
      .enum(['buttons', 'link'], { error: 'expected buttons or link' })
      .optional()
      .meta({ description: 'Absent: buttons where the channel has them, else a link.' }),
    choices: choices.optional().meta({ description: 'What the ratings are called; stars otherwise.' }),
    thanks: template.optional(),
  })
  .meta({ id: 'SatisfactionRule', description: 'How a customer is asked after a chat.' });

export const outOfHoursWhen = z.enum(['never', 'outsideWorkingHours', 'noAgentAvailable'], {
  error: 'expected never, outsideWorkingHours or noAgentAvailable',
});

const ofOneChannel = z
  .strictObject({
    welcomeMessage: delayedMessage.nullable().optional(),
    emailRequest: delayedMessage.nullable().optional(),
    outOfHoursMessage: template.nullable().optional(),
    closeMessage: template.nullable().optional(),
    satisfaction: satisfactionRule.nullable().optional(),
  })
  .meta({ description: 'Instead of the ones for all channels; null: not there.' });

/** What a team says by itself, beside what the published API knows. */
export const automaticSettings = {
  outOfHoursWhen: outOfHoursWhen.optional().meta({
    description: '`noAgentAvailable`: while nobody of the team is; an agent who was never heard of is not.',
  }),
  welcomeMessage: delayedMessage.optional().meta({ description: 'Said unless a person answers before.' }),
  emailRequest: delayedMessage.optional().meta({
    description: 'Asks for a mail address, where none is known and no person answers before.',
  }),
  satisfaction: satisfactionRule.optional(),
  channels: z.record(text(100), ofOneChannel).optional(),
  repeatAfterHours: z
    .number()
    .min(1, 'expected 1 or more')
    .max(MOST_REPEAT_HOURS, `expected at most ${MOST_REPEAT_HOURS}`)
    .optional()
    .meta({ description: 'The same is not said again to the same sender before (12).' }),
  language: z
    .string()
    .max(35)
    .refine(isLanguage, 'expected a language such as en or pt-BR')
    .optional()
    .meta({ description: 'Of times in the texts, and of the page that asks how it was (en).' }),
};

function isLanguage(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    // That is how Intl says that it is no language tag.
    return false;
  }
}

export const satisfaction = z
  .object({
    chatId: z.string(),
    askedOn: z.string(),
    by: z.enum(['buttons', 'list', 'link']),
    agentId: z.string().optional(),
    teamId: z.string(),
    rating: z.number().int().optional().meta({ description: 'From 1, the worst, to 5; absent: no answer.' }),
    comment: z.string().optional(),
    ratedOn: z.string().optional(),
  })
  .meta({ id: 'Satisfaction', description: 'What a customer was asked after a chat, and said.' });

const count = z.number().int();

export const satisfactionSummary = z
  .object({
    asked: count.meta({ description: 'How many customers were asked.' }),
    answered: count.meta({ description: 'How many of them answered.' }),
    average: z.number().optional().meta({ description: 'To two digits; absent: nobody answered.' }),
    distribution: z
      .object({ 1: count, 2: count, 3: count, 4: count, 5: count })
      .meta({ description: 'How often each rating was given.' }),
  })
  .meta({ id: 'SatisfactionSummary', description: 'What customers said in all.' });
