/** What one viewer shows just now, and what the commands do to it. Nothing here knows of WebGL or of the page. */
import { between, inTheMiddle, movedBy, resizedBy } from './boxes';
import type { Command } from './keys';
import * as matrices from './matrix';
import type { Matrix, Point, Size } from './matrix';
import type { Box, ShownScan, ShownView } from './scan';
import * as tools from './tools';

/** How far a key pans, moves or resizes, in CSS pixels. */
const PAN_STEP = 60;
const DRAW_STEP = 6;
const ZOOM_STEP = 1.25;
const GAP = 4;

export interface Pane {
  readonly view: ShownView;
  readonly origin: Point;
  readonly size: Size;
}

export class Desk {
  scan = $state.raw<ShownScan>({ id: '', views: [] });
  history = $state.raw<tools.History>({ now: tools.PLAIN, before: [] });
  /** CSS pixels of all panes together. */
  size = $state.raw<Size>([0, 0]);
  /** Sizes of views, as they were decoded; by index. */
  sizes = $state.raw<ReadonlyMap<number, Size>>(new Map());
  first = $state(0);
  two = $state(false);
  active = $state(0);
  boxesShown = $state(true);
  /** Where the pointer is in the active pane; null where it is in none. */
  pointer = $state.raw<Point | null>(null);
  magnifying = $state(false);
  /** The box that is being drawn, in the active pane. */
  draft = $state.raw<Box | null>(null);
  drawing = $state(false);
  #matrices = $state.raw<ReadonlyMap<number, Matrix>>(new Map());

  readonly panes: readonly Pane[] = $derived.by(() => {
    const { views } = this.scan;
    const count = this.two ? Math.min(2, views.length) : Math.min(1, views.length);
    const width = (this.size[0] - GAP * (count - 1)) / count;
    return Array.from({ length: count }, (_, place) => ({
      view: views[(this.first + place) % views.length] as ShownView,
      origin: [place * (width + GAP), 0] as const,
      size: [width, this.size[1]] as const,
    }));
  });

  get tools(): tools.Tools {
    return this.history.now;
  }

  get activePane(): Pane | undefined {
    return this.panes[Math.min(this.active, this.panes.length - 1)];
  }

  /** Another parcel: nothing of what was done to the one before stays, for a tool left on could hide something. */
  show(scan: ShownScan, boxesShown: boolean): void {
    this.scan = scan;
    this.history = { now: tools.PLAIN, before: [] };
    this.sizes = new Map();
    this.#matrices = new Map();
    this.first = 0;
    this.active = 0;
    this.boxesShown = boxesShown;
    this.stopDrawing();
  }

  sizeOf(view: ShownView): Size | null {
    return this.sizes.get(view.index) ?? view.size;
  }

  /** The map of a pane; its view is fitted into it until it is moved. */
  matrixOf(pane: Pane): Matrix {
    return this.#matrices.get(pane.view.index) ?? matrices.fit(this.sizeOf(pane.view) ?? [1, 1], pane.size);
  }

  /** Panes of another size: what was moved keeps its middle, what was fitted is fitted again. */
  resize(size: Size): void {
    const before = new Map(this.panes.map((pane) => [pane.view.index, pane.size]));
    this.size = size;
    const kept = this.panes.flatMap(({ view, size: now }) => {
      const [matrix, was] = [this.#matrices.get(view.index), before.get(view.index)];
      return matrix && was ? [[view.index, matrices.moved(matrix, was, now)] as const] : [];
    });
    this.#matrices = new Map([...this.#matrices, ...kept]);
  }

  change(chosen: tools.Tools): void {
    this.history = tools.changed(this.history, chosen);
  }

  zoom(factor: number, at: Point, pane: Pane): void {
    this.#move(pane, (matrix, view) => matrices.zoomAt(matrix, factor, at, view, pane.size));
  }

  pan(by: Point, pane: Pane): void {
    this.#move(pane, (matrix, view) => matrices.pan(matrix, by, view, pane.size));
  }

  startDrawing(): void {
    const pane = this.activePane;
    const view = pane && this.sizeOf(pane.view);
    if (!view) return;
    this.drawing = true;
    this.boxesShown = true;
    this.draft = inTheMiddle(this.matrixOf(pane), view, pane.size);
  }

  stopDrawing(): void {
    this.drawing = false;
    this.draft = null;
  }

  /** A box from one point of a pane to another. */
  drag(from: Point, to: Point, pane: Pane): void {
    const view = this.sizeOf(pane.view);
    if (view) this.draft = between(from, to, this.matrixOf(pane), view);
  }

  /** An arrow, as a step right and down: what it moves is the draft, if there is one. */
  arrow(step: Point, isShifted: boolean): void {
    const pane = this.activePane;
    const view = pane && this.sizeOf(pane.view);
    if (!view) return;
    if (this.draft !== null) {
      const by: Point = [step[0] * DRAW_STEP, step[1] * DRAW_STEP];
      this.draft = (isShifted ? resizedBy : movedBy)(this.draft, by, this.matrixOf(pane), view);
    } else if (!isShifted) {
      this.pan([-step[0] * PAN_STEP, -step[1] * PAN_STEP], pane);
    }
  }

  /** Does what a key or a button says. `select` is for whoever knows what is selected. */
  do(command: Exclude<Command, 'select'>, pixelRatio: number): void {
    const pane = this.activePane;
    const now = this.tools;
    switch (command) {
      case 'grey':
      case 'inverse':
      case 'edges':
      case 'local':
        return this.change(tools.switched(now, command));
      case 'high':
      case 'low':
        return this.change(tools.penetrating(now, command));
      case 'organic':
      case 'inorganic':
        return this.change(tools.stripping(now, command));
      case 'gamma_up':
      case 'gamma_down':
        return this.change(tools.stepped(now, 'gamma', command === 'gamma_up' ? 1 : -1));
      case 'level_up':
      case 'level_down':
        return this.change(tools.stepped(now, 'level', command === 'level_up' ? 1 : -1));
      case 'width_up':
      case 'width_down':
        return this.change(tools.stepped(now, 'width', command === 'width_up' ? 1 : -1));
      case 'undo':
        this.history = tools.undone(this.history);
        return;
      case 'plain':
        this.change(tools.PLAIN);
        this.#matrices = new Map();
        this.magnifying = false;
        return;
      case 'two':
        this.two = !this.two;
        this.active = 0;
        this.#matrices = new Map();
        return;
      case 'next_view':
        this.first = (this.first + 1) % Math.max(1, this.scan.views.length);
        return;
      case 'boxes':
        this.boxesShown = !this.boxesShown;
        return;
      case 'draw':
        return this.drawing ? this.stopDrawing() : this.startDrawing();
      case 'magnifier':
        this.magnifying = !this.magnifying;
        return;
      case 'left':
        return this.arrow([-1, 0], false);
      case 'right':
        return this.arrow([1, 0], false);
      case 'up':
        return this.arrow([0, -1], false);
      case 'down':
        return this.arrow([0, 1], false);
    }
    if (pane === undefined) return;
    const middle: Point = [pane.size[0] / 2, pane.size[1] / 2];
    switch (command) {
      case 'zoom_in':
      case 'zoom_out':
        return this.zoom(command === 'zoom_in' ? ZOOM_STEP : 1 / ZOOM_STEP, this.pointer ?? middle, pane);
      case 'fit':
        return this.#move(pane, (matrix, view) => matrices.fit(view, pane.size, matrix));
      case 'one_to_one':
        return this.#move(pane, (matrix) => matrices.oneToOne(matrix, pane.size, pixelRatio));
      case 'turn':
        // Fitted again, for what was wide is now high.
        return this.#move(pane, (matrix, view) => matrices.fit(view, pane.size, matrices.turned(matrix, pane.size)));
      case 'flip':
        return this.#move(pane, (matrix) => matrices.flipped(matrix, pane.size));
    }
  }

  #move(pane: Pane, how: (matrix: Matrix, view: Size) => Matrix): void {
    const view = this.sizeOf(pane.view);
    if (view === null) return;
    this.#matrices = new Map([...this.#matrices, [pane.view.index, how(this.matrixOf(pane), view)]]);
  }
}
