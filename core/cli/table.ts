/** Lines of equal columns, with their names above; for people, who may have no machine to read JSON. */
export function table(rows: readonly Readonly<Record<string, string>>[]): string {
  const [first] = rows;
  if (!first) return 'there are none';
  const names = Object.keys(first);
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => (row[name] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(names), ...rows.map((row) => line(names.map((name) => row[name] ?? '')))].join('\n');
}
