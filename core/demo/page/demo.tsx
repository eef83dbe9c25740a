import { useState } from 'preact/hooks';
import { Desk } from './desk/desk';
import type { DeskState } from './desk/desk-state';
import { Happened } from './desk/happened';
import { Devices } from './devices/devices';
import type { DevicesState } from './devices/devices-state';
import type { Start } from './start';

export interface DemoProps {
  readonly start: Start;
  readonly desk: DeskState;
  readonly devices: DevicesState;
}

const VIEWS = [
  ['customers', 'Customers'],
  ['agent', 'Agent'],
  ['events', 'Events'],
] as const;

/** All of it: the customers' devices, the agent's view, and what the product tells. On a phone one of them at a time. */
export function Demo({ start, desk, devices }: DemoProps) {
  const [view, setView] = useState<string>('customers');
  return (
    <>
      <header class="top">
        <h1>
          Parley <span>the demo</span>
        </h1>
        <p>
          Five customers of <b>{start.shop.name}</b> write from pretend devices. You are the shop’s agents.
        </p>
        <a href={`${start.gatewayUrl}/docs`} target="_blank" rel="noreferrer">
          API docs
        </a>
      </header>
      <main data-view={view}>
        <Devices start={start} state={devices} />
        <Desk start={start} state={desk} />
        <Happened start={start} state={desk} />
      </main>
      <nav class="views" aria-label="What is shown">
        {VIEWS.map(([name, label]) => (
          <button
            key={name}
            type="button"
            aria-current={view === name ? 'page' : undefined}
            onClick={() => setView(name)}
          >
            {label}
          </button>
        ))}
      </nav>
    </>
  );
}
