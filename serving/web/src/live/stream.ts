/** Server-sent events from a fetch: EventSource tells no status, and sends no header of ours. */

export interface StreamEvent {
  kind: string;
  id: string;
  data: string;
}

/**
 * Takes a stream apart (WHATWG HTML, 9.2.6). Comments count as a sign of life and are not events.
 *
 * @param onEvent for each event, in order.
 * @param onSign whenever anything came.
 */
export async function read(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: StreamEvent) => void,
  onSign: () => void,
): Promise<void> {
  const text = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  let event = blank();
  for (;;) {
    const { done, value } = await text.read();
    if (done) return;
    onSign();
    const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (event.data.length > 0) onEvent({ kind: event.kind, id: event.id, data: event.data.join('\n') });
        event = blank();
      } else {
        take(event, line);
      }
    }
  }
}

function blank(): { kind: string; id: string; data: string[] } {
  return { kind: 'message', id: '', data: [] };
}

function take(event: ReturnType<typeof blank>, line: string): void {
  const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
  if (name === 'event') event.kind = value ?? '';
  else if (name === 'id') event.id = value ?? '';
  else if (name === 'data') event.data.push(value ?? '');
}
