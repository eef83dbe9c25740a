import type { Shown } from '../../shown';
import { type Observed, observed } from '../observed';

export type Provider = 'phone' | 'messenger' | 'mail';

/** What the devices show, and how the providers behind them are. */
interface Told extends Shown {
  readonly troubles: Readonly<Record<Provider, string>>;
}

export type DevicesState = Observed<Told>;

/** Follows the devices; a browser comes back by itself when the stream breaks off. */
export function startDevices(): DevicesState {
  const nothing = { phone: 'none', messenger: 'none', mail: 'none' };
  const shown = observed<Told>({ phone: [], messenger: [], mail: [], troubles: nothing });
  new EventSource('/news').onmessage = ({ data }) => shown.set(JSON.parse(data));
  return shown;
}
