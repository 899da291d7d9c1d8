// What is used of the package, which brings no types.

declare module "spdx-expression-parse" {
  export type SpdxNode =
    | { readonly license: string; readonly exception?: string; readonly conjunction?: undefined }
    | { readonly conjunction: "and" | "or"; readonly left: SpdxNode; readonly right: SpdxNode };
  export default function parse(expression: string): SpdxNode;
}
