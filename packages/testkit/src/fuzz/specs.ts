import { readInput } from '@apsis/agent/input'
import { checkBatch, resolveSpec } from '@apsis/wire/spec'
import { Random } from '../random/index.ts'
import { type Campaign, type FuzzReport, Tally } from './campaign.ts'
import type { FuzzedAgent } from './fuzzed-agent.ts'
import { type Json, mutateBytes, mutateJson, pick } from './mutate.ts'
import { SPEC_ATOMS, SPEC_SEEDS } from './spec-seeds.ts'

/** Characters of a diagnostic: more is not read by anybody. */
const LONGEST_TEXT = 20_000
/** Documents between two looks at whether the agent can end and delete what it runs. */
const BETWEEN = 50

const TEXTS = SPEC_SEEDS.map((seed) => Buffer.from(JSON.stringify(seed)))

function document(random: Random): Json {
  return mutateJson(random, pick(random, SPEC_SEEDS), SPEC_SEEDS, SPEC_ATOMS)
}

/** Reads documents as the command line and the HTTP service do. Throws Error with the document for which a rule does not hold. */
export function fuzzDocuments({ seed, enough }: Campaign): FuzzReport {
  const random = new Random(seed)
  const tally = new Tally()
  while (!enough(tally.inputs)) {
    const bytes = random.chance(0.5)
      ? Buffer.from(JSON.stringify(document(random)))
      : mutateBytes(random, pick(random, TEXTS), TEXTS)
    try {
      tally.add(readDocument(bytes))
    } catch (error) {
      throw new Error(`seed ${seed}, input ${tally.inputs}: ${bytes.toString()}`, { cause: error })
    }
  }
  return tally
}

function readDocument(bytes: Buffer): string {
  const read = readInput(bytes)
  if (!read.ok) {
    if (read.error === '' || read.error.length > LONGEST_TEXT) throw new Error(`a text of ${read.error.length}`)
    return 'refused'
  }
  const given: unknown = JSON.parse(bytes.toString())
  const specs: unknown = Array.isArray(given) ? given[0] : isObject(given) ? Reflect.get(given, 'specs') : null
  const [ids, asked] = [Object.keys(read.value).sort(), isObject(specs) ? Object.keys(specs).sort() : []]
  if (ids.join('\n') !== asked.join('\n')) throw new Error(`procs ${ids.join()}, asked for ${asked.join()}`)
  const problem = checkBatch(read.value)
  if (problem === '') throw new Error('a problem without a text')
  if (problem !== null) return 'impossible'
  for (const spec of Object.values(read.value)) resolveSpec(spec)
  return 'taken'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Has an agent run documents that it is given by HTTP. Throws Error with the document that it does not bear. */
export async function fuzzRuns(agent: FuzzedAgent, { seed, enough }: Campaign): Promise<FuzzReport> {
  const random = new Random(seed)
  const tally = new Tally()
  while (!enough(tally.inputs)) {
    for (let count = 0; count < BETWEEN; count++) {
      const text = JSON.stringify(document(random))
      const { status, text: said } = await agent.ask('POST', '/procs', text).catch((error: unknown) => {
        throw new Error(`seed ${seed}, input ${tally.inputs}: ${text}`, { cause: error })
      })
      agent.assertAlive(text)
      if (status !== 200 && (status !== 400 || !/"detail":"[^"]/.test(said)))
        throw new Error(`${status} ${said}: seed ${seed}: ${text}`)
      tally.add(String(status))
    }
    await agent.clear()
  }
  return tally
}
