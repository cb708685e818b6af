import { isList, isMapping } from '@apsis/core/document'
import type { Json, JsonObject } from '@apsis/core/json'

/** The label that every ad hoc job has, beside those that it is given: by it, its runs are found. */
export const AD_HOC_LABEL = 'ad-hoc'

/**
 * The document of an ad hoc job as it is kept: marked, with the label. A program that is a text is a shell command, and one that is a list an argv, as
 * in older versions of the existing system, whose clients still send them (spec/apsis.md 15.1).
 */
export function adHocDocument(document: JsonObject): JsonObject {
  const { program, metadata } = document
  return {
    ...document,
    ...(program === undefined ? {} : { program: programForm(program) }),
    ...(metadata === undefined || isMapping(metadata) ? { metadata: labelled(metadata ?? {}) } : {}),
    ad_hoc: true,
  }
}

function programForm(program: Json): Json {
  if (typeof program === 'string') return { type: 'procstar-shell', command: program }
  return isList(program) ? { type: 'procstar', argv: program } : program
}

// What is no list of labels is left as it is: parsing says what is wrong with it.
function labelled(metadata: JsonObject): JsonObject {
  const { labels = [] } = metadata
  if (!isList(labels) || labels.includes(AD_HOC_LABEL)) return metadata
  return { ...metadata, labels: [AD_HOC_LABEL, ...labels] }
}
