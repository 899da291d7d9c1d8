// What a decoder of header blocks says: the fields in order, then that the block has ended.

/** RFC 7541 §3.2: a field; text of one character per byte. */
export interface FieldEvent {
  readonly type: "field";
  readonly name: string;
  readonly value: string;
  /** §7.1.3: the value must stay out of tables when it is sent on. */
  readonly neverIndexed: boolean;
}

/** RFC 7541 §3.1: the block was read to its end. */
export interface BlockEnd {
  readonly type: "end";
}

export type HpackEvent = FieldEvent | BlockEnd;
