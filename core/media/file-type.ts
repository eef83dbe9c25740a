/** The type that the first bytes of a file show; what shows none keeps the declared one only where that is harmless. */
export async function sniffedType(head: Uint8Array, declared: string): Promise<string> {
  const { fileTypeFromBuffer } = await import('file-type');
  const found = await fileTypeFromBuffer(head);
  if (found) return found.mime;
  return HARMLESS.test(declared) ? declared : 'application/octet-stream';
}

// Text has no signature. HTML, SVG and scripts are text too, and never harmless.
const HARMLESS = /^(text\/(plain|csv|vcard|x-vcard|calendar)|application\/(json|vnd\.[a-z0-9.+-]+))$/;
