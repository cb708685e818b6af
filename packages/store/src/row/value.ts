/** What a column can hold, apart from output. */
export type SqlValue = string | number | null
