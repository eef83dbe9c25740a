import { type FacebookSimulator, startFacebookSimulator } from '../../adapters/facebook/simulator';
import { answerQuestions } from './helper';

/** The simulated Meta: where it is, and the settings of its first page. */
export interface MetaAnswer {
  readonly apiUrl: string;
  readonly settings: FacebookSimulator['config'];
}

let simulator: FacebookSimulator | undefined;

answerQuestions(async (_question: 'start'): Promise<MetaAnswer> => {
  simulator ??= await startFacebookSimulator({ echoes: 'never' });
  return { apiUrl: simulator.apiUrl, settings: simulator.config };
});
