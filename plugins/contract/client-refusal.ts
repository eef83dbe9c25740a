/** Why an app's call cannot be done, as the HTTP status that it gets. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 412 | 413 | 415;

// Recognised across two copies of this package, where `instanceof` fails.
const brand = Symbol.for('parley.ClientRefusal');

/** What a route throws for a call that it does not do. The words go to the app: no secrets. */
export class ClientRefusal extends Error {
  readonly [brand] = true;
  override readonly name = 'ClientRefusal';
  readonly status: RefusalStatus;
  /** The field at fault, where there is one. */
  readonly field: string | undefined;

  constructor(status: RefusalStatus, message: string, field?: string) {
    super(message);
    this.status = status;
    this.field = field;
  }

  static is(value: unknown): value is ClientRefusal {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
