/** The type of a part without its parameters. */
export function mimeTypeOf({ type }: { readonly type: string }): string {
  return type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Whether a MIME type is one that a pattern means: itself, or all of `image/*` style. */
export function isOfType(mimeType: string, pattern: string): boolean {
  if (pattern === '*/*' || pattern === mimeType) return true;
  return pattern.endsWith('/*') && mimeType.startsWith(pattern.slice(0, -1));
}
