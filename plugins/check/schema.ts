import type { ChannelDefinition } from '../contract/index';

/** What whoever connects an account would miss in the settings; the kit looks at the rest. */
export function schemaProblems({ configSchema }: ChannelDefinition): readonly string[] {
  const properties = Object.entries<unknown>(Object(configSchema['properties']));
  if (properties.length === 0) return ['configSchema has no properties: an account has at least its name'];
  const isSecret = ([, schema]: [string, unknown]) => Object(schema).writeOnly === true;
  const untitled = properties
    .filter(([, schema]) => typeof Object(schema).title !== 'string')
    .map(([name]) => `give the setting "${name}" a title: it is what people see in forms and at the prompt`);
  return properties.some(isSecret) || !hasSecretWord(properties.map(([name]) => name))
    ? untitled
    : [...untitled, 'no setting is marked writeOnly, and one of them sounds like a secret'];
}

function hasSecretWord(names: readonly string[]): boolean {
  return names.some((name) => /token|secret|password|key/i.test(name));
}
