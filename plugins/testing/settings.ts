import type { ChannelDefinition } from '../contract/index';

/** One setting of a schema, nested ones by their path. */
export interface Property {
  readonly path: string;
  readonly type: unknown;
  readonly writeOnly: boolean;
}

/** All settings that a schema describes. */
export function propertiesOf(schema: Readonly<Record<string, unknown>>, prefix = ''): readonly Property[] {
  return Object.entries(recordOf(schema['properties'])).flatMap(([name, value]) => {
    const property = recordOf(value);
    const path = prefix + name;
    const own = { path, type: property['type'], writeOnly: property['writeOnly'] === true };
    return [own, ...propertiesOf(property, `${path}.`)];
  });
}

/** The values of all settings that are marked as secrets. */
export function secretsOf(definition: ChannelDefinition<object>, config: object): readonly string[] {
  return propertiesOf(definition.configSchema)
    .filter(({ writeOnly }) => writeOnly)
    .map(({ path }) => path.split('.').reduce<unknown>((value, name) => recordOf(value)[name], config))
    .filter((value) => typeof value === 'string');
}

/** The settings as they would be if all secrets were forgotten. */
export function withoutSecrets(schema: Readonly<Record<string, unknown>>, config: object): object {
  const properties = recordOf(schema['properties']);
  const kept = Object.entries(config).filter(([name]) => recordOf(properties[name])['writeOnly'] !== true);
  return Object.fromEntries(
    kept.map(([name, value]: [string, unknown]) => {
      const inner = recordOf(properties[name]);
      return [name, inner['properties'] ? withoutSecrets(inner, recordOf(value)) : value];
    }),
  );
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
