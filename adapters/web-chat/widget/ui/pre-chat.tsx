import { useRef, useState } from 'preact/hooks';
import { fill } from '../texts/language';
import type { Answers, Question } from '../wire';
import { COMPOSER_ID } from './composer';
import { useAround, useView } from './context';

/** What is asked before the first message, as far as it is answered. */
export interface PreChatForm {
  readonly questions: readonly Question[];
  /** The team is away: without an address there would be no answer. */
  readonly asksAddress: boolean;
  readonly asksTeam: boolean;
  readonly values: Answers;
  readonly teamId: string;
  /** What is wrong with each answer. */
  readonly problems: Readonly<Record<string, string>>;
  readonly fields: Record<string, HTMLInputElement | null>;
  set(key: Question['key'], value: string): void;
  choose(teamId: string): void;
  /** The answers to send with the message; undefined, and the first wrong one in focus, where some are missing. */
  answer(): { readonly preChat?: Answers; readonly teamId?: string } | undefined;
}

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function usePreChat(): PreChatForm {
  const { chat, texts } = useAround();
  const view = useView();
  const [values, setValues] = useState<Answers>({});
  const [teamId, choose] = useState(chat.config.teams?.[0]?.id ?? '');
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const fields = useRef<Record<string, HTMLInputElement | null>>({}).current;
  const isFirst = !view.messages.some(({ isOwn }) => isOwn);
  const isNewChat = isFirst || view.chat.state === 'closed';
  const asksAddress = isNewChat && isAnsweredByMail(view) && !view.hasAddress;
  const questions = chat.isVerified() ? [] : questionsOf(isFirst ? chat.config.preChat : [], asksAddress);
  const asksTeam = isNewChat && (chat.config.teams?.length ?? 0) > 1;

  const wrong = ({ key, isRequired }: Question): string => {
    const value = values[key]?.trim() ?? '';
    if (value === '') return isRequired ? texts.required : '';
    return key === 'email' && !ADDRESS.test(value) ? texts.emailWrong : '';
  };
  return {
    ...{ questions, asksAddress, asksTeam, values, teamId, problems, fields, choose },
    set(key, value) {
      setValues({ ...values, [key]: value });
      setProblems({ ...problems, [key]: '' });
    },
    answer() {
      const found = Object.fromEntries(questions.map((question) => [question.key, wrong(question)]));
      setProblems(found);
      const bad = questions.find(({ key }) => found[key]);
      if (bad) {
        fields[bad.key]?.focus();
        return undefined;
      }
      const given = questions.flatMap(({ key }) => (values[key]?.trim() ? [[key, values[key]?.trim()]] : []));
      const preChat: Answers = Object.fromEntries(given);
      if (given.length > 0) chat.answered(preChat);
      return { ...(given.length > 0 ? { preChat } : {}), ...(asksTeam ? { teamId } : {}) };
    },
  };
}

function isAnsweredByMail({ availability, outOfHours }: ReturnType<typeof useView>): boolean {
  return availability !== 'open' && outOfHours?.mode === 'form';
}

function questionsOf(asked: readonly Question[] = [], asksAddress: boolean): readonly Question[] {
  if (!asksAddress) return asked;
  return [...asked.filter(({ key }) => key !== 'email'), { key: 'email', isRequired: true }];
}

export function PreChat({ form }: { readonly form: PreChatForm }) {
  const { chat, texts } = useAround();
  const { questions, asksAddress, asksTeam, teamId } = form;
  if (questions.length === 0 && !asksTeam) return null;
  return (
    <div class="card">
      {asksAddress && <p>{texts.leaveEmail}</p>}
      {questions.map((question) => (
        <Field key={question.key} form={form} question={question} />
      ))}
      {asksTeam && (
        <fieldset>
          <legend>{texts.team}</legend>
          {chat.config.teams?.map(({ id, name }) => (
            <label key={id} class="choice">
              <input type="radio" name="team" checked={id === teamId} onChange={() => form.choose(id)} />
              <span dir="auto">{name}</span>
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
}

function Field({ form, question }: { readonly form: PreChatForm; readonly question: Question }) {
  const { texts } = useAround();
  const { key, isRequired } = question;
  const problem = form.problems[key];
  return (
    <label class="asked">
      <span>
        {texts[key]} {!isRequired && <small>({fill(texts.optional, {})})</small>}
      </span>
      <input
        ref={(input) => {
          form.fields[key] = input;
        }}
        dir="auto"
        inputMode={key === 'email' ? 'email' : 'text'}
        form={COMPOSER_ID}
        autocomplete={key}
        maxLength={200}
        required={isRequired}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? `problem-${key}` : undefined}
        value={form.values[key] ?? ''}
        onInput={({ currentTarget }) => form.set(key, currentTarget.value)}
      />
      {problem && (
        <span class="problem" id={`problem-${key}`}>
          {problem}
        </span>
      )}
    </label>
  );
}
