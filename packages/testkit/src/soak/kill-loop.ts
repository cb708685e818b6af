import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Scope, temporaryFolder } from '../agent/index.ts'
import { ExistingServer, isMap, type PlainMap, shell, start, testCertificate } from '../conformance/index.ts'
import { Random } from '../random/index.ts'
import { KilledAgent } from './killed-agent.ts'

/** Procs that are asked for in a round. */
const PROCS = 6
/** The longest that a round goes on before its kill, ms. */
const LONGEST = 120

/** What a proc is asked to do. */
interface Work {
  readonly id: string
  readonly lines: number
  readonly code: number
}

/** What came of the rounds. */
export interface KillReport {
  readonly rounds: number
  readonly procs: number
  readonly agentKills: number
  readonly spawnerKills: number
}

/** Each proc notes that it started, and what it has written and how it ends at its end. */
function script(folder: string, { id, lines, code }: Work): string {
  return `echo $$ >> ${folder}/${id}.starts; i=0; while [ $i -lt ${lines} ]; do echo "${id} $i"; i=$((i+1)); [ $((i % 40)) = 0 ] && sleep 0.03; done; echo ${code} >> ${folder}/${id}.ends; exit ${code}`
}

function written({ id, lines }: Work): string {
  return Array.from({ length: lines }, (_, index) => `${id} ${index}\n`).join('')
}

/**
 * Kills an agent, its spawner or both at moments of chance while it starts and follows procs, again and again; between two kills a server
 * asks again for whatever it has no word of. Throws Error that names the proc where count of starts, output or exit code do not agree with
 * what the procs themselves recorded.
 */
export async function killLoop(
  scope: Scope,
  options: { readonly rounds: number; readonly seed: number; readonly note: (line: string) => void },
): Promise<KillReport> {
  const { rounds, seed, note } = options
  const random = new Random(seed)
  const certificate = await testCertificate(scope)
  const folder = await temporaryFolder(scope)
  const records = join(folder, 'records')
  await mkdir(records)
  const server = await ExistingServer.start(certificate)
  scope.defer(() => server.close())
  const agent = new KilledAgent(scope, { server, folder, certPath: certificate.certPath })
  let [procs, agentKills, spawnerKills] = [0, 0, 0]
  await agent.start()
  for (let round = 0; round < rounds; round++) {
    const skip = server.arrived.all.length
    const work = Array.from({ length: PROCS }, (_, index): Work => {
      return { id: `r${round}-${index}`, lines: random.below(200), code: random.below(64) }
    })
    const specs = new Map(work.map((one) => [one.id, shell(script(records, one))]))
    for (const [id, spec] of specs) server.trySend(start({ [id]: spec }))
    for (let kills = random.chance(0.25) ? 2 : 1; kills > 0; kills--) {
      await wait(random.below(LONGEST))
      const whom = random.below(3)
      if (whom !== 0 && (await agent.killSpawner())) spawnerKills++
      if (whom === 1) continue
      await agent.kill()
      agentKills++
      await agent.start()
    }
    for (const one of work) await verify(server, one, specs, { records, skip })
    procs += work.length
    for (const { id } of work) server.send({ type: 'ProcDeleteRequest', proc_id: id })
    for (const { id } of work) await server.message('ProcDelete', (message) => message.get('proc_id') === id, skip)
    if (server.faults.length > 0) throw new Error(`round ${round}: ${server.faults.join('; ')}`)
    server.forget()
    if ((round + 1) % 50 === 0) note(`${round + 1} rounds`)
  }
  const held = (await readdir(join(folder, 'state', 'segments'))).length
  note(`${held} segments are left`)
  return { rounds, procs, agentKills, spawnerKills }
}

/** Gets the result and the output of a proc, asking for it again where it is unknown, and compares them with its own record. */
async function verify(
  server: ExistingServer,
  work: Work,
  specs: ReadonlyMap<string, PlainMap>,
  { records, skip }: { readonly records: string; readonly skip: number },
): Promise<void> {
  const { id, code } = work
  const spec = specs.get(id)
  // A start that was asked for twice is refused or runs it for the first time: never a second one.
  if (spec !== undefined) server.send(start({ [id]: spec }))
  server.send({ type: 'ProcResultRequest', proc_id: id })
  const message = await server.final(id, skip)
  const res = message.get('res')
  const status = isMap(res) ? res.get('status') : null
  const found = isMap(status) ? status.get('exit_code') : null
  const same = (what: string, one: unknown, other: unknown): void => {
    if (one !== other)
      throw new Error(
        `${id}: ${what}: ${String(one)}, expected ${String(other)}: ${JSON.stringify(isMap(res) ? Object.fromEntries(res) : null)}`,
      )
  }
  same('exit code', found, code)
  same('state', isMap(res) ? res.get('state') : null, 'terminated')
  const pids = (await readFile(join(records, `${id}.starts`), 'utf8')).trim().split('\n')
  same('starts', pids.length, 1)
  same('pid', isMap(res) ? res.get('pid') : null, Number(pids[0]))
  same('recorded code', (await readFile(join(records, `${id}.ends`), 'utf8')).trim(), String(code))
  const before = server.arrived.all.length
  server.send({ type: 'ProcFdDataRequest', proc_id: id, fd: 'stdout', start: 0, stop: null })
  const output = await server.message('ProcFdData', (one) => one.get('proc_id') === id, before)
  const data = output.get('data')
  same('output', data instanceof Uint8Array ? Buffer.from(data).toString() : null, written(work))
}
