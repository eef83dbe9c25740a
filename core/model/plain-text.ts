/** Text as every database can keep it in a plain column: well-formed Unicode without NUL. */
export function plainText(text: string, maxLength: number): string {
  return text.toWellFormed().replaceAll('\0', '').slice(0, maxLength).toWellFormed();
}

/** Whether `plainText` would leave it as it is. */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
