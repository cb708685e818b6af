/** A value read from text, or why the text is not one, and what may be meant, where that is known. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly hint?: string }
