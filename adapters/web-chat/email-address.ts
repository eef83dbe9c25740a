/** Whether it looks like a mail address; whether it is one, only a mail shows. */
export function isEmail(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= 254 &&
    /^[^\s@<>",;:\\()[\]]{1,64}@[^\s@<>",;]+\.[^\s@<>",;.]+$/.test(value)
  );
}
