/** Signs on buttons: lines in a square of 16, drawn with the colour of the text. */
export const ICONS = {
  zoom_in: 'M7 2a5 5 0 1 0 0 10a5 5 0 1 0 0-10M11 11l4 4M4.5 7h5M7 4.5v5',
  zoom_out: 'M7 2a5 5 0 1 0 0 10a5 5 0 1 0 0-10M11 11l4 4M4.5 7h5',
  fit: 'M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4M5 5h6v6H5z',
  one_to_one: 'M3 5l2-1.5V13M13 13V3.5L11 5M8 6.5v.5M8 10v.5',
  turn: 'M13 8a5 5 0 1 1-1.8-3.9M13.5 1.5v3.5h-3.5',
  flip: 'M8 1v14M6 4L1.5 12H6zM10 4l4.5 8H10z',
  magnifier: 'M7 1.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M11 11l4 4M4.5 6a3 3 0 0 1 2-2',
  next_view: 'M1.5 3h8v10h-8zM12 5l2.5 3L12 11',
  undo: 'M5.5 3L2 6.5L5.5 10M2 6.5h7.5a4 4 0 0 1 0 8H6',
} as const;
