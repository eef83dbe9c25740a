import { render } from 'preact';
import { startAlerts } from './alerts';
import { startChat } from './chat/chat';
import { momentsOf } from './model/moments';
import { pause, waitBefore } from './net/backoff';
import { failureIn } from './net/call-error';
import { callsTo } from './net/calls';
import { offerApi } from './site-api';
import base from './styles/base.css';
import launcher from './styles/launcher.css';
import messages from './styles/messages.css';
import panel from './styles/panel.css';
import { type Language, languageFor } from './texts/language';
import { type Surroundings, surround } from './ui/context';
import { Widget } from './ui/widget';

const script = document.currentScript;
if (script instanceof HTMLScriptElement) void start(script);

/** The script is one of the page's: everything that it needs to know is in its own address. */
async function start({ src, dataset }: HTMLScriptElement): Promise<void> {
  const calls = callsTo(new URL('.', src).href.replace(/\/$/, ''));
  const languageOf = (configured?: string) =>
    languageFor([dataset['language'], configured, document.documentElement.lang, ...navigator.languages]);
  const textsOf = ({ code }: Language) => persistently(() => calls.texts(code));
  const guess = languageOf();
  // Most accounts leave the language to the page, so that both can come at once.
  const [config, guessed] = await Promise.all([persistently(calls.config), textsOf(guess)]);
  if (!config) return;
  const language = languageOf(config.language);
  const texts = language.code === guess.code ? guessed : await textsOf(language);
  if (!texts) return;
  const chat = startChat(calls, config);
  await bodyOfPage();
  mount({ chat, language, texts, moments: momentsOf(language.tag) });
  startAlerts(chat);
  offerApi(chat);
  const { welcome } = config;
  if (welcome) setTimeout(() => chat.view.change({ isWelcomeDue: true }), welcome.afterMs);
}

/** Asks again while the network is away. Undefined where this site is not let in: then it is as if there were no widget. */
async function persistently<T>(call: () => Promise<T>): Promise<T | undefined> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      const failure = failureIn(error);
      if (failure.kind !== 'later') {
        // biome-ignore lint/suspicious/noConsole: whoever builds the site looks there
        console.warn('Parley:', error);
        return undefined;
      }
      await pause(waitBefore(tries, failure.afterMs), new AbortController().signal);
    }
  }
}

async function bodyOfPage(): Promise<void> {
  if (document.body) return;
  await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
}

function mount(around: Surroundings): void {
  const host = document.createElement('parley-chat');
  const root = host.attachShadow({ mode: 'open' });
  // A constructed sheet: sites that forbid inline styles let it in.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(base + launcher + panel + messages);
  root.adoptedStyleSheets = [sheet];
  // The page's keyboard shortcuts are not for who writes here.
  for (const name of ['keydown', 'keyup', 'keypress'] as const)
    root.addEventListener(name, (event) => event.stopPropagation());
  document.body.append(host);
  surround(around);
  render(<Widget host={host} />, root);
}
