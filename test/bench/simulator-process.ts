import { startTwilioSimulator, type TwilioSimulator } from '../../adapters/sms/simulator';
import { answerQuestions } from './helper';

/** What the simulated Twilio can be asked here. */
export type SimulatorQuestion = 'start' | 'arrivals' | 'count';

/** What it took for sending, oldest first. */
export interface Arrival {
  readonly text: string;
  readonly at: number;
}

export interface SimulatorAnswer {
  readonly apiUrl: string;
  readonly settings: TwilioSimulator['config'];
  readonly count: number;
  /** Only to `arrivals`. */
  readonly arrivals: readonly Arrival[];
}

let simulator: TwilioSimulator | undefined;

answerQuestions(async (question: SimulatorQuestion): Promise<SimulatorAnswer> => {
  // No receipts follow by themselves: what is measured is the way of a message, and not that of three receipts more.
  simulator ??= await startTwilioSimulator({ autoCallbacks: false });
  const sent = simulator.sent();
  return {
    apiUrl: simulator.apiUrl,
    settings: simulator.config,
    count: sent.length,
    arrivals: question === 'arrivals' ? sent.map(({ body, at }) => ({ text: body, at: at.getTime() })) : [],
  };
});
