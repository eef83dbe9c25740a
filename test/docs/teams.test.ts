import webChat from '../../adapters/web-chat/index';
import { openSqlite, type TestDatabase } from '../support/databases';
import { freePort } from '../support/servers';
import { aSpace, startGateway, type TestGateway } from '../support/start-gateway';
import { describeWith } from '../support/tools';
import { readPage } from './blocks';
import { openWorkplace, type Workplace } from './workplace';

const page = readPage('core/teams/docs/a-team-that-works.md');
const decider = page.named('decider.mjs');
const typed = page.unnamed('sh');
const printed = page.unnamed('text');

describeWith(['curl', 'openssl'], 'the page for teams at work', () => {
  let place: Workplace;
  let database: TestDatabase;
  let gateway: TestGateway;
  beforeEach(async () => {
    place = openWorkplace();
    database = await openSqlite();
    const settings = { PARLEY_ALLOW_PRIVATE_EGRESS: 'true' };
    gateway = await startGateway({ database, definitions: [webChat], settings });
  });
  afterEach(async () => {
    await place.clear();
    await gateway.stop();
    await database.drop();
  });

  test('leads to what it shows, step by step', async () => {
    const api = await aSpace(gateway);
    const port = await freePort();
    const onPort = (text: string) => text.replaceAll(/\b4000\b/g, String(port));
    place.save(decider);
    place.write('steps.sh', ['set -eu\n', ...typed.map(({ code }) => onPort(code)), 'kill $!\n'].join(''));

    const ended = await place.run(['sh', 'steps.sh'], { API: api.origin + api.base, TOKEN: api.token });

    const shown = printed.map(({ code }) => onPort(code)).join('');
    expect(ended).toEqual({ code: 0, errors: '', output: shown });
  });

  test('has no other boxes', () => {
    expect(page.unused()).toEqual([]);
  });
});
