import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020';
import type { ChannelDefinition } from '../../plugins/contract/index';
import { whenUsed } from '../../plugins/helpers/when-used';
import { type FieldFailure, invalid } from '../model/problem';

export type Settings = Readonly<Record<string, unknown>>;

const ajv = whenUsed(() => {
  const { Ajv2020 }: typeof import('ajv/dist/2020') = require('ajv/dist/2020');
  return new Ajv2020({ allErrors: true, strict: false });
});
const validators = new WeakMap<object, ValidateFunction>();

/** Throws a 400 that names every setting that is missing, unknown or wrong. */
export function checkSettings(definition: ChannelDefinition, settings: Settings): void {
  const validate = validatorOf(definition);
  if (validate(settings)) return;
  const failures = (validate.errors ?? []).flatMap(failureOf);
  const byName = new Map(failures.map((failure) => [failure.paramName, failure]));
  throw invalid([...byName.values()]);
}

function validatorOf(definition: ChannelDefinition): ValidateFunction {
  const known = validators.get(definition.configSchema);
  if (known) return known;
  const validate = ajv().compile(definition.configSchema);
  validators.set(definition.configSchema, validate);
  return validate;
}

// What a schema says of itself (`oneOf`, `if`) repeats what it says of its fields.
const ABOUT_THE_SCHEMA = new Set(['oneOf', 'anyOf', 'allOf', 'if', 'not']);

function failureOf(error: ErrorObject): FieldFailure[] {
  const path = `settings${error.instancePath.replaceAll('/', '.')}`;
  if (error.keyword === 'required')
    return [{ paramName: `${path}.${error.params['missingProperty']}`, message: 'it is required' }];
  if (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties') {
    const name = error.params['additionalProperty'] ?? error.params['unevaluatedProperty'];
    return [{ paramName: `${path}.${name}`, message: 'there is no such setting' }];
  }
  if (ABOUT_THE_SCHEMA.has(error.keyword))
    return [{ paramName: path, message: `it ${error.message ?? 'is not valid'}` }];
  return [{ paramName: path, message: `it ${error.message ?? 'is not valid'}` }];
}

/** The settings in two: what may be shown, and what the schema marks `writeOnly`. */
export function splitSecrets(
  schema: Readonly<Record<string, unknown>>,
  settings: Settings,
): { open: Settings; secret: Settings } {
  const open: Record<string, unknown> = {};
  const secret: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(settings)) {
    const property = propertyOf(schema, key);
    if (property['writeOnly'] === true) secret[key] = value;
    else if (isObject(value)) {
      const parts = splitSecrets(property, value);
      open[key] = parts.open;
      if (Object.keys(parts.secret).length > 0) secret[key] = parts.secret;
    } else open[key] = value;
  }
  return { open, secret };
}

/** The settings whole again; `over` wins where both have a value. */
export function mergeSettings(under: Settings, over: Settings): Settings {
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const present = merged[key];
    merged[key] = isObject(present) && isObject(value) ? mergeSettings(present, value) : value;
  }
  return merged;
}

/** Dotted names of all settings that are secret, such as `imap.password`. */
export function secretNames(schema: Readonly<Record<string, unknown>>, prefix = ''): string[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return Object.entries(properties).flatMap(([key, property]) => {
    if (!isObject(property)) return [];
    if (property['writeOnly'] === true) return [`${prefix}${key}`];
    return secretNames(property, `${prefix}${key}.`);
  });
}

/** Every secret text among the settings, for redaction. */
export function secretTexts(secret: Settings): string[] {
  return Object.values(secret).flatMap((value) => {
    if (typeof value === 'string') return value ? [value] : [];
    return isObject(value) ? secretTexts(value) : [];
  });
}

function propertyOf(schema: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> {
  const properties = schema['properties'];
  const property = isObject(properties) ? properties[key] : undefined;
  return isObject(property) ? property : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
