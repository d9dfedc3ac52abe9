/** What the viewer is given of a scan. */
import type { Size } from './matrix';

/** x0, y0, x1, y1 in pixels of the view that was sent, from its top left corner. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number];

/** What an officer has made of a box; `found` is as the model left it. */
export type Mark = 'found' | 'confirmed' | 'rejected' | 'relabelled' | 'drawn';

export interface ShownBox {
  /** No other box of the scan has it. */
  readonly key: string;
  readonly box: Box;
  /** The class, in the officer's language. */
  readonly name: string;
  readonly mark: Mark;
  /** 0 to 1; null where an officer drew it. */
  readonly score: number | null;
  /** The score is a probability of being right; else it only ranks. */
  readonly calibrated: boolean;
  /** From which score on boxes of this class are shown. */
  readonly threshold: number | null;
}

export interface ShownView {
  readonly index: number;
  /** Null where the service could not tell. */
  readonly size: Size | null;
  /** Where its image lies, and how it comes: a picture that every browser decodes, or samples. */
  readonly url: string;
  readonly source: 'picture' | 'samples';
  /** Whether there is anything to see: false where what was sent is no image, or a broken one. */
  readonly readable: boolean;
  readonly screened: boolean;
  /** Why it was not looked at; null where it was, or is still to be. */
  readonly reason: string | null;
  readonly boxes: readonly ShownBox[];
}

export interface ShownScan {
  readonly id: string;
  readonly views: readonly ShownView[];
}

/** Of an answer of `GET /v1/scans/{id}`: what the viewer reads of it. */
export interface ScanLike {
  scan_id: string;
  operating: { thresholds: Record<string, number>; calibrated: boolean } | null;
  views: {
    index: number;
    state: string;
    width: number | null;
    height: number | null;
    detections: { label: string; score: number; box: number[] }[] | null;
    not_screened: { type: string; message: string } | null;
    files: { media_type: string }[];
  }[];
}

/** Problems of the image itself; where looking failed for another reason, its picture is there. */
const UNREADABLE = ['bad-input', 'unsupported-image', 'corrupt-image', 'image-too-large', 'unequal-pair'];

/** A scan as it was answered, each box keyed by its view and its place in it: `0-2` is the third box of view 0. */
export function shownScan(scan: ScanLike, nameOf: (label: string) => string): ShownScan {
  const { scan_id: id, operating } = scan;
  return {
    id,
    views: scan.views.map((view) => {
      const base = `/v1/scans/${id}/views/${view.index}`;
      // What browsers decode of PNG and TIFF is less than what was sent, or nothing.
      const isPicture = view.files.length === 1 && view.files[0]?.media_type === 'image/jpeg';
      return {
        index: view.index,
        size: view.width === null || view.height === null ? null : [view.width, view.height],
        url: isPicture ? base : `${base}/pixels`,
        source: isPicture ? 'picture' : 'samples',
        readable: !UNREADABLE.some((type) => view.not_screened?.type === `urn:parcelray:problem:${type}`),
        screened: view.state === 'screened',
        reason: view.not_screened?.message ?? null,
        boxes: (view.detections ?? []).map(({ label, score, box: [x0 = 0, y0 = 0, x1 = 0, y1 = 0] }, place) => ({
          key: `${view.index}-${place}`,
          box: [x0, y0, x1, y1],
          name: nameOf(label),
          mark: 'found',
          score,
          calibrated: operating?.calibrated ?? false,
          threshold: operating?.thresholds[label] ?? null,
        })),
      };
    }),
  };
}
