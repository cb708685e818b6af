/** Milliseconds after which what the health page shows is asked for anew. */
export const REFRESH = 30_000
