import { render } from 'preact';
import { Demo } from './demo';
import { startDesk } from './desk/desk-state';
import { startDevices } from './devices/devices-state';
import type { Start } from './start';

void begin();

async function begin(): Promise<void> {
  const response = await fetch('/start');
  const start: Start = await response.json();
  const [desk, devices] = [startDesk(start), startDevices()];
  render(<Demo start={start} desk={desk} devices={devices} />, document.body);
}
