// Where the lines stand that frame a message, route it or ask for something. Each kind is noted
// where it comes first; whether one came again that may not is judged only if any did.

import {
  CONNECTION,
  CONTENT_LENGTH,
  EXPECT,
  HOST,
  TRANSFER_ENCODING,
  UPGRADE,
} from "./known-names.js";

/** Lines by their numbers; -1 where there is none. */
export class Deciding {
  host = -1;
  length = -1;
  coding = -1;
  connection = -1;
  expect = -1;
  upgrade = -1;
  /** A line came twice, or beside another, that may not: all of them have to be looked at. */
  doubtful = false;

  clear(): void {
    this.host = this.length = this.coding = this.connection = this.expect = this.upgrade = -1;
    this.doubtful = false;
  }

  /** Takes note of a line whose name is the known one at `place`. */
  note(place: number, line: number): void {
    switch (place) {
      case HOST:
        if (this.host === -1) this.host = line;
        else this.doubtful = true;
        return;
      case CONTENT_LENGTH:
        if (this.length === -1) this.length = line;
        else this.doubtful = true;
        if (this.coding !== -1) this.doubtful = true;
        return;
      case TRANSFER_ENCODING:
        if (this.coding === -1) this.coding = line;
        else this.doubtful = true;
        if (this.length !== -1) this.doubtful = true;
        return;
      case EXPECT:
        if (this.expect === -1) this.expect = line;
        else this.doubtful = true;
        return;
      case CONNECTION:
        if (this.connection === -1) this.connection = line;
        return;
      case UPGRADE:
        if (this.upgrade === -1) this.upgrade = line;
    }
  }
}
