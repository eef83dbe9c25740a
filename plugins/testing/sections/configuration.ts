import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020';
import { failure, type Kit, soon } from '../kit';
import { propertiesOf, secretsOf, withoutSecrets } from '../settings';

/** The settings: what the schema takes, and what `check` finds out. */
export function configurationSection(kit: Kit): void {
  const compile = () => new Ajv({ strict: true, allErrors: true }).compile(kit.definition.configSchema);

  kit.check(
    'configuration: the schema takes settings that work',
    'The schema is JSON Schema 2020-12 that Ajv compiles in strict mode, and takes what works.',
    () => {
      const validate = compile();
      for (const config of [kit.driver.config, kit.driver.otherConfig])
        assert.ok(validate(config), JSON.stringify(validate.errors));
    },
  );

  kit.check(
    'configuration: a missing or an unknown setting is named',
    'List what cannot be left out in `required`, and set `additionalProperties: false`: a typo is an error.',
    () => {
      const validate = compile();
      const required = kit.definition.configSchema['required'];
      assert.ok(Array.isArray(required), '`required` is missing');
      for (const key of required) {
        const rest = Object.fromEntries(Object.entries(kit.driver.config).filter(([name]) => name !== key));
        assert.ok(!validate(rest), `settings without ${key} are taken`);
        assert.ok(JSON.stringify(validate.errors).includes(String(key)), `${key} is not named`);
      }
      assert.ok(!validate({ ...kit.driver.config, tpyo: 1 }), 'an unknown setting is taken');
    },
  );

  kit.check(
    'configuration: secrets are marked',
    'Mark every secret `writeOnly: true`, as a string: forms, encryption and redaction go by that mark alone.',
    () => {
      assert.ok(secretsOf(kit.definition, kit.driver.config).length > 0, 'no setting is marked');
      const marked = propertiesOf(kit.definition.configSchema).filter(({ writeOnly }) => writeOnly);
      for (const { path, type } of marked) assert.equal(type, 'string', `${path} is not a string`);
    },
  );

  kit.check(
    'configuration: settings without any secret are refused',
    'List in `required` (or in a branch of `oneOf`) the secrets that an account cannot do without.',
    () => {
      const bare = withoutSecrets(kit.definition.configSchema, kit.driver.config);
      assert.ok(!compile()(bare), `${Object.keys(bare).join(', ')} are enough`);
    },
  );

  kit.check(
    'configuration: checking settings that work succeeds',
    '`check` resolves for settings that work; what is true but worth saying goes into `warnings`.',
    async () => {
      const { warnings } = await kit.channel.check(soon());
      assert.ok(warnings.every((warning) => warning.trim() !== ''));
      assert.ok(kit.driver.requests() > 0, 'it did not ask the provider');
    },
  );

  kit.check(
    'configuration: checking wrong credentials names the setting',
    '`check` throws unauthorized, with `detail.setting` as the schema names it.',
    async () => {
      await kit.driver.fail('bad_credentials');
      const { kind, detail } = await failure(() => kit.channel.check(soon()));
      assert.equal(kind, 'unauthorized');
      const { setting } = kit.driver.says?.bad_credentials ?? {};
      if (setting !== undefined) assert.equal(detail.setting, setting);
      const paths = propertiesOf(kit.definition.configSchema).map(({ path }) => path);
      assert.ok(paths.includes(detail.setting ?? ''), `${detail.setting} is not one of ${paths.join(', ')}`);
    },
  );

  kit.check(
    'configuration: a provider in trouble does not make settings wrong',
    'When the provider cannot answer, `check` throws unavailable: nobody should go and change a password for it.',
    async () => {
      await kit.driver.fail('busy');
      assert.equal((await failure(() => kit.channel.check(soon()))).kind, 'unavailable');
    },
  );

  kit.check(
    'configuration: a check can be given up',
    'Pass the signal of `check` on to whatever it waits for.',
    async () => {
      await kit.driver.fail('silent');
      const { kind } = await failure(() => kit.channel.check(AbortSignal.timeout(150)));
      assert.equal(kind, 'unavailable');
    },
  );
}
