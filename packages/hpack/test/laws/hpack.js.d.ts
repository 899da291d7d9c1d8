declare module "hpack.js" {
  export interface Field {
    readonly name: string;
    readonly value: string;
    readonly neverIndex: boolean;
  }

  export interface Decompressor {
    write(block: Uint8Array): void;
    execute(): void;
    read(): Field | null;
    updateTableSize(bytes: number): void;
  }

  const hpack: {
    readonly decompressor: {
      create(options: { readonly table: { readonly maxSize: number } }): Decompressor;
    };
  };
  export default hpack;
}

declare module "hpack" {
  export default class Hpack {
    decode(block: Uint8Array): [name: string, value: string][];
  }
}
