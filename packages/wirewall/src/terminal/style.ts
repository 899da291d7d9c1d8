// Colours for people at a terminal; plain text for everything else.

type Paint = (text: string) => string;

/** Paints, or leaves the text as it is where colours are off. */
export class Style {
  readonly enabled: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly cyan: Paint;

  constructor(enabled: boolean) {
    const paint = (on: number, off: number): Paint =>
      enabled ? (text) => `\u001b[${on}m${text}\u001b[${off}m` : (text) => text;
    this.enabled = enabled;
    this.bold = paint(1, 22);
    this.dim = paint(2, 22);
    this.red = paint(31, 39);
    this.green = paint(32, 39);
    this.cyan = paint(36, 39);
  }
}
