/**
 * What a person does at the provider to connect an account by hand. Whatever asks for the settings shows it, step by step:
 * `parley channel connect`, or a page of yours. What each setting is called and where it is found, the schema says.
 */
export interface ConnectGuide {
  /** Before the settings are asked for. */
  readonly before: readonly string[];
  /** Settings that only have to be the same on both sides: they are made up, and nobody is asked. */
  readonly madeUp?: readonly string[];
  /** Once the settings work. `{webhookUrl}` and `{sharedWebhookUrl}` are addresses, `{name}` is what was made up. */
  readonly after?: readonly string[];
  /** What the person does for a first message to come in. Absent: no message is tried. */
  readonly tryIt?: string;
}
