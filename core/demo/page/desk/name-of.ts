/** A customer's name; who gave none on a web page is known there by an id alone. */
export function nameOf(name: string): string {
  return name.replace(/^visitor:([0-9a-f]{4}).*/, 'Visitor $1');
}
