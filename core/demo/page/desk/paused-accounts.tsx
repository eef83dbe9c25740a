import { useState } from 'preact/hooks';
import type { Api } from './api';
import type { Account } from './shapes';

/** What is the matter with a channel, and the button that has it tried again. */
export function PausedAccounts({
  api,
  accounts,
}: {
  readonly api: Api;
  readonly accounts: readonly Account[];
}) {
  const [checking, setChecking] = useState<string>();
  const check = async (id: string) => {
    setChecking(id);
    await api.send('POST', `/channels/${id}/check`);
    setChecking(undefined);
  };
  return (
    <div role="status">
      {accounts
        .filter(({ health }) => health.isPaused)
        .map(({ id, name, health: { lastError: error } }) => (
          <div key={id} class="paused">
            <p>
              <b>{name} is paused:</b> {error?.message}
              {error?.setting !== undefined && (
                <>
                  {' '}
                  (<code>{error.setting}</code>)
                </>
              )}
              . What you answer waits, and goes out in order.
            </p>
            <button type="button" disabled={checking === id} onClick={() => void check(id)}>
              {checking === id ? 'Checking …' : 'It is repaired: check'}
            </button>
          </div>
        ))}
    </div>
  );
}
