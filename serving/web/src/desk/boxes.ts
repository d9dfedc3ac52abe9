/** The boxes of a parcel as a list and the viewer show them: the model's, marked with what the officer made of them. */

import type { Mark, ShownBox, ShownScan } from '../viewer/scan';
import { shownScan } from '../viewer/scan';
import { word } from '../words/words';
import type { Draft } from './draft.svelte';
import type { Scan, Verdict } from './types';

export interface ListedBox extends ShownBox {
  view: number;
}

/** What the viewer shows of a scan, with a draft's judgements and its own boxes. */
export function withDraft(scan: Scan, draft: Draft): ShownScan {
  return marked(scan, (key) => draft.judged[key] ?? null, draft.drawn);
}

/** What the viewer shows of a scan, as an officer has judged it. */
export function withVerdict(scan: Scan, verdict: Verdict | null): ShownScan {
  const boxes = verdict?.boxes ?? [];
  const judged = new Map(boxes.map((box) => [`${box.view}-${box.rank}`, box]));
  const drawn = boxes.filter(({ rank }) => rank === null).map((box, place) => ({ ...box, key: `drawn-${place}` }));
  return marked(scan, (key) => judged.get(key) ?? null, drawn);
}

/** All boxes of a scan in the order of their numbers: view by view. */
export function listed(shown: ShownScan): ListedBox[] {
  return shown.views.flatMap(({ index, boxes }) => boxes.map((box) => ({ ...box, view: index })));
}

type Judged = { action: Mark; label: string | null } | null;
type Drawn = { key: string; view: number; label: string; box: readonly number[] };

function marked(scan: Scan, judged: (key: string) => Judged, drawn: readonly Drawn[]): ShownScan {
  const shown = shownScan(scan, (label) => word('label', label));
  return {
    ...shown,
    views: shown.views.map((view) => ({
      ...view,
      boxes: [
        ...view.boxes.map((box) => {
          const found = judged(box.key);
          if (!found) return box;
          const name = found.action === 'relabelled' && found.label ? word('label', found.label) : box.name;
          return { ...box, mark: found.action, name };
        }),
        ...drawn.filter((box) => box.view === view.index).map(drawnBox),
      ],
    })),
  };
}

function drawnBox({ key, label, box: [x0 = 0, y0 = 0, x1 = 0, y1 = 0] }: Drawn): ShownBox {
  const nothing = { score: null, calibrated: false, threshold: null };
  return { key, box: [x0, y0, x1, y1], name: word('label', label), mark: 'drawn', ...nothing };
}
