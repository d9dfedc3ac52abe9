import { describe, expect, it } from 'vitest';

import { read, type StreamEvent } from './stream';

function streamOf(parts: readonly (string | Uint8Array)[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(typeof part === 'string' ? encoder.encode(part) : new Uint8Array(part));
      controller.close();
    },
  });
}

async function eventsOf(...parts: (string | Uint8Array)[]): Promise<{ events: StreamEvent[]; signs: number }> {
  const events: StreamEvent[] = [];
  let signs = 0;
  await read(
    streamOf(parts),
    (event) => events.push(event),
    () => (signs += 1),
  );
  return { events, signs };
}

describe('a stream of events', () => {
  it('is taken apart, wherever it is cut', async () => {
    const text = 'retry: 2000\n: listening\n\nevent: queued\nid: 7\ndata: {"a": 1}\n\nevent: decided\r\nid: 8\r\ndata: x\r\ndata: y\r\n\r\n';
    const expected = [
      { kind: 'queued', id: '7', data: '{"a": 1}' },
      { kind: 'decided', id: '8', data: 'x\ny' },
    ];
    expect((await eventsOf(text)).events).toEqual(expected);
    expect((await eventsOf(...text)).events).toEqual(expected);
  });

  it('counts a comment as a sign of life, and no event', async () => {
    expect(await eventsOf(': still here\n\n')).toEqual({ events: [], signs: 1 });
  });

  it('keeps letters whole that came in two pieces', async () => {
    const bytes = new TextEncoder().encode('data: é\n\n');
    const { events } = await eventsOf(bytes.slice(0, 7), bytes.slice(7));
    expect(events[0]?.data).toBe('é');
  });

  it('gives out no event that was cut off', async () => {
    expect((await eventsOf('event: queued\ndata: {"a"')).events).toEqual([]);
  });
});
