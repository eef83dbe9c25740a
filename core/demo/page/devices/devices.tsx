import { useState } from 'preact/hooks';
import { Icon } from '../icon';
import { useObserved } from '../observed';
import type { Start } from '../start';
import type { DevicesState, Provider } from './devices-state';
import { MailProgram } from './mail-program';
import { Thread } from './thread';
import { TroubleOf } from './trouble';

const TABS = [
  { name: 'phone', kind: 'sms', label: 'Phone' },
  { name: 'mail', kind: 'email', label: 'Mail' },
  { name: 'messenger', kind: 'fbMessenger', label: 'Messenger' },
  { name: 'shop', kind: 'webChat', label: 'Shop' },
  { name: 'app', kind: 'appMessaging', label: 'App' },
] as const;

type Name = (typeof TABS)[number]['name'];

/** The customers: five devices, one of them in view, the others still alive. */
export function Devices({ start, state }: { readonly start: Start; readonly state: DevicesState }) {
  const [open, setOpen] = useState<Name>('phone');
  const shown = useObserved(state);
  const news = useNews(shown, open);
  const { phone, messenger, app } = start.customers;
  const choose = (name: Name) => {
    setOpen(name);
    document.getElementById(`tab-${name}`)?.focus();
  };
  const panel = (name: Name) => ({
    ...{ id: `device-${name}`, role: 'tabpanel' as const, class: `device is-${name}` },
    ...{ 'aria-labelledby': `tab-${name}`, hidden: open !== name },
  });
  return (
    <section class="customers" aria-label="The customers">
      <div class="tabs" role="tablist" aria-label="Devices">
        {TABS.map(({ name, kind, label }, index) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={open === name}
            aria-controls={`device-${name}`}
            tabIndex={open === name ? 0 : -1}
            onClick={() => setOpen(name)}
            onKeyDown={({ key }) => {
              const step = { ArrowRight: 1, ArrowLeft: TABS.length - 1 }[key];
              const next = step === undefined ? undefined : TABS[(index + step) % TABS.length];
              if (next) choose(next.name);
            }}
          >
            <Icon of={kind} />
            {label}
            {news.has(name) && (
              <b class="dot">
                <span class="unseen">new</span>
              </b>
            )}
          </button>
        ))}
      </div>
      <div {...panel('phone')}>
        <Thread device="phone" who={phone.name} about={`texts from ${phone.number}`} said={shown.phone} />
        <TroubleOf provider="phone" name="Twilio" now={shown.troubles.phone} />
      </div>
      <div {...panel('mail')}>
        <MailProgram who={start.customers.mail.name} shop={start.shop} mails={shown.mail} />
        <TroubleOf provider="mail" name="The mail server" now={shown.troubles.mail} />
      </div>
      <div {...panel('messenger')}>
        <Thread
          device="messenger"
          who={`${messenger.first} ${messenger.last}`}
          about={`writes to the page of ${start.shop.name}`}
          said={shown.messenger}
        />
        <TroubleOf provider="messenger" name="Meta" now={shown.troubles.messenger} />
      </div>
      <div {...panel('shop')}>
        <iframe src={start.shopUrl} title={`The web site of ${start.shop.name}, with its chat`} />
        <p class="note">
          A page of another origin, with the real widget. Leave a mail address in the chat, and an agent can
          move it to email.
        </p>
      </div>
      <div {...panel('app')}>
        <iframe src="/app/" title={`The app of ${start.shop.name}, used by ${app.name}`} />
        <p class="note">
          It uses the published App Messaging SDK, as it comes; only the address is the gateway’s.
        </p>
      </div>
    </section>
  );
}

/** The devices with something new that nobody has looked at. */
function useNews(shown: Parameters<DevicesState['set']>[0], open: Name): ReadonlySet<Name> {
  const [seen, setSeen] = useState<Partial<Record<Name, number>>>({});
  const news = new Set<Name>();
  for (const name of ['phone', 'messenger', 'mail'] satisfies Provider[]) {
    const received = shown[name].filter(({ isMine }) => !isMine).length;
    if (received === (seen[name] ?? 0)) continue;
    if (name === open) setSeen({ ...seen, [name]: received });
    else news.add(name);
  }
  return news;
}
