/** A property of a message or a file, as MAPI stores it (MS-OXTNEF 2.1.3.4). */
export interface Property {
  readonly type: number;
  readonly data: Buffer;
}

const FIXED: Readonly<Record<number, number>> = {
  ...{ 2: 4, 3: 4, 4: 4, 10: 4, 11: 4, 1: 4 },
  ...{ 5: 8, 6: 8, 7: 8, 20: 8, 64: 8, 72: 16 },
};
const VARIABLE = new Set([0x0d, 0x1e, 0x1f, 0x102]);
const MANY = 0x1000;
const NAMED_FROM = 0x8000;
const BY_NAME = 1;

/** Properties by their ids, the first value of each; as many as can be read of what is damaged. */
export function propertiesOf(bytes: Buffer): ReadonlyMap<number, Property> {
  const found = new Map<number, Property>();
  const reader = new Reader(bytes);
  try {
    for (let left = reader.number(); left > 0; left -= 1) {
      const type = reader.short();
      const id = reader.short();
      if (id >= NAMED_FROM) passName(reader);
      for (const data of valuesOf(reader, type)) if (!found.has(id)) found.set(id, { type, data });
    }
  } catch (error) {
    // What came before the damage counts.
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}

function passName(reader: Reader): void {
  reader.take(16);
  const kind = reader.number();
  if (kind === BY_NAME) reader.padded(reader.number());
  else reader.number();
}

function valuesOf(reader: Reader, type: number): Buffer[] {
  const single = type & ~MANY;
  const size = FIXED[single];
  if (size === undefined && !VARIABLE.has(single)) throw new RangeError('a type that nobody knows');
  const count = size !== undefined && single === type ? 1 : reader.number();
  const values: Buffer[] = [];
  for (let index = 0; index < count; index += 1)
    values.push(size === undefined ? reader.padded(reader.number()) : reader.take(size));
  return values;
}

/** Throws a RangeError behind the end. */
class Reader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  short(): number {
    return this.take(2).readUInt16LE();
  }

  number(): number {
    return this.take(4).readUInt32LE();
  }

  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new RangeError('it ends before');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** The next value begins at a multiple of four. */
  padded(length: number): Buffer {
    const data = this.take(length);
    this.at += (4 - (length % 4)) % 4;
    return data;
  }
}
