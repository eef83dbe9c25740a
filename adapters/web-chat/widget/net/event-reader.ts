/** One event of a stream, as it was sent. */
export interface ServerEvent {
  readonly id: string;
  readonly name: string;
  readonly data: string;
}

/** Takes a stream of server-sent events in pieces of any size and gives the events that are complete. Pure but for its rest. */
export function eventReader(): (piece: string) => ServerEvent[] {
  let rest = '';
  return (piece) => {
    const blocks = (rest + piece).split('\n\n');
    rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => {
      const event = read(block);
      return event.data === '' ? [] : [event];
    });
  };
}

function read(block: string): ServerEvent {
  const data: string[] = [];
  let id = '';
  let name = 'message';
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue; // a comment
    const value = line.slice(colon + 1).replace(/^ /, '');
    const field = line.slice(0, colon);
    if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
    else if (field === 'event') name = value;
  }
  return { id, name, data: data.join('\n') };
}
