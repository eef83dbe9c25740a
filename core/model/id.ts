import { uuidv7 } from 'uuidv7';

/** A new id: a UUID that grows with time, so that indexes stay compact. */
export function newId(): string {
  return uuidv7();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether it can be an id that we gave; anything else is not found without asking the database. */
export function isId(value: string): boolean {
  return UUID.test(value);
}
