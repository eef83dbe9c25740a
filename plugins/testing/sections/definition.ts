import assert from 'node:assert/strict';
import semver from 'semver';
import { CONTRACT_VERSION } from '../../contract/index';
import { GARBAGE_ADDRESSES } from '../garbage';
import { type Kit, SURFACES } from '../kit';
import { openedSince, openResources } from '../resources';

const STATES = ['accepted', 'sent', 'delivered', 'read', 'failed'];

/** What a plugin says of itself, before anything is configured. */
export function definitionSection(kit: Kit): void {
  const { definition } = kit;

  kit.check(
    'definition: speaks this version of the contract',
    'Set `contract` to a range that includes the version of the contract you build against, such as ^0.1.',
    () => {
      assert.ok(
        semver.satisfies(CONTRACT_VERSION, definition.contract),
        `${definition.contract} does not include ${CONTRACT_VERSION}`,
      );
    },
  );

  kit.check(
    'definition: has names that can be stored and shown',
    'Use lower case and dashes for `id`, letters for `channel`, and a `title` that people can read.',
    () => {
      assert.match(definition.id, /^[a-z][a-z0-9-]{1,40}$/);
      assert.match(definition.channel, /^[a-z][A-Za-z0-9]{1,40}$/);
      assert.match(definition.title, /\S.{0,80}/);
    },
  );

  kit.check(
    'definition: capabilities are plain and make sense',
    'Capabilities are served as JSON and obeyed to the letter: no functions, no doubles, no zero limits.',
    () => {
      const { capabilities } = definition;
      assert.deepEqual(JSON.parse(JSON.stringify(capabilities)), capabilities);
      assert.ok(capabilities.text.maxLength >= 1, 'text.maxLength');
      assert.equal(new Set(capabilities.states).size, capabilities.states.length, 'a state is listed twice');
      assert.ok(
        capabilities.states.every((state) => STATES.includes(state)),
        'an unknown state',
      );
      for (const type of capabilities.media?.mimeTypes ?? []) assert.match(type, /^[\w.+-]+\/([\w.+-]+|\*)$/);
      assert.ok((capabilities.media?.perMessage ?? 1) >= 1, 'media.perMessage');
      assert.ok((capabilities.media?.maxBytes ?? 1) >= 1, 'media.maxBytes');
      assert.ok((capabilities.sendConcurrency ?? 1) >= 1, 'sendConcurrency');
    },
  );

  kit.check(
    'definition: has the members that the suite was told of',
    'List in `supports` exactly the optional members of the channel: what is not listed is not tested.',
    () => {
      const has = SURFACES.filter((surface) => kit.channel[surface] !== undefined);
      assert.deepEqual(new Set(has), kit.supports);
      const { lookup } = definition.capabilities;
      assert.equal(lookup !== undefined, kit.supports.has('findSent'), '`lookup` goes with `findSent`');
    },
  );

  kit.check(
    'definition: an account has names, and they are its own',
    '`identities` gives the number, page or mailbox that the provider addresses; two accounts never share one.',
    () => {
      const names = definition.identities(kit.driver.config);
      assert.ok(names.length > 0 && names.every((name) => name.trim() !== ''), 'an account without a name');
      assert.deepEqual(definition.identities(kit.driver.config), names, 'other names the second time');
      const others = definition.identities(kit.driver.otherConfig);
      assert.deepEqual(
        names.filter((name) => others.includes(name)),
        [],
      );
    },
  );

  kit.check(
    'definition: an address has one canonical form',
    '`normalizeAddress` of a canonical address is that address; all spellings of one customer become one.',
    () => {
      const { customer, otherCustomer, spellings = [] } = kit.driver;
      for (const { party } of [customer, otherCustomer])
        assert.equal(definition.normalizeAddress(party), party);
      for (const spelling of spellings)
        assert.equal(definition.normalizeAddress(spelling), customer.party, JSON.stringify(spelling));
    },
  );

  kit.check(
    'definition: what is no address is not taken for one',
    '`normalizeAddress` gives undefined for what is none, and never throws.',
    () => {
      for (const garbage of GARBAGE_ADDRESSES)
        assert.equal(definition.normalizeAddress(garbage), undefined, JSON.stringify(garbage.slice(0, 40)));
    },
  );

  kit.check(
    'definition: a message is measured the same way every time',
    '`measure` is pure: a whole count, which does not fall when the text grows.',
    () => {
      const { measure } = definition;
      if (!measure) return;
      const counts = [1, 10, 200, definition.capabilities.text.maxLength].map((length) => {
        const message = { text: 'x'.repeat(length), media: [] };
        assert.deepEqual(measure(message), measure(message));
        return measure(message).count;
      });
      assert.ok(counts.every((count) => Number.isInteger(count) && count > 0));
      assert.deepEqual(
        counts.toSorted((a, b) => a - b),
        counts,
      );
    },
  );

  kit.check(
    'definition: creating a channel does no I/O',
    '`create` only wires objects: connect in `check`, `send` or `listen`.',
    async () => {
      const before = openResources();
      const requests = kit.driver.requests();
      for (let count = 0; count < 3; count += 1) kit.open(kit.driver.config);
      await new Promise((done) => setImmediate(done));
      assert.deepEqual(openedSince(before), [], 'it left something open');
      assert.equal(kit.driver.requests(), requests, 'it called the provider');
    },
  );
}
