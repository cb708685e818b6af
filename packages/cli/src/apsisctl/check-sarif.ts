import type { CheckedJobFile } from '@apsis/core/check'
import { type Diagnostic, DIAGNOSTIC_CODES, type Severity } from '@apsis/core/document'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', notice: 'note' }
const CODES = Object.keys(DIAGNOSTIC_CODES)

/** All that there is to say as SARIF 2.1.0, which code scanning services read. */
export function sarifOf(files: readonly CheckedJobFile[], version: string): object {
  const rules = Object.entries(DIAGNOSTIC_CODES).map(([id, text]) => ({ id, shortDescription: { text } }))
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'apsisctl check-jobs', version, rules } },
        columnKind: 'utf16CodeUnits',
        results: files.flatMap((file) => file.diagnostics.map((one) => resultOf(file, one))),
      },
    ],
  }
}

function resultOf({ jobId, path }: CheckedJobFile, one: Diagnostic): object {
  const { code, severity, line, column, key, message, hint } = one
  const region =
    line === null ? {} : { region: { startLine: line, ...(column === null ? {} : { startColumn: column }) } }
  const name = key === '' ? jobId : `${jobId}: ${key}`
  return {
    ruleId: code,
    ruleIndex: CODES.indexOf(code),
    level: LEVELS[severity],
    message: { text: hint === null ? message : `${message} (${hint})` },
    locations: [
      {
        physicalLocation: { artifactLocation: artifactOf(path), ...region },
        logicalLocations: [{ fullyQualifiedName: name }],
      },
    ],
  }
}

// What is below the folder that the command runs in is named from there; a service knows that as the root of the sources.
function artifactOf(path: string): object {
  if (isAbsolute(path)) return { uri: pathToFileURL(path).href }
  return { uri: path.split(/[\\/]/).map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' }
}
