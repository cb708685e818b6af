import type { Scope } from '../agent/index.ts'
import type { Campaign, FuzzReport } from './campaign.ts'
import { FuzzedAgent } from './fuzzed-agent.ts'
import { FuzzedServer } from './fuzzed-server.ts'
import { HostileServer } from './hostile-server.ts'
import { fuzzHttp } from './http.ts'
import { bounded } from './memory.ts'
import { fuzzDocuments, fuzzRuns } from './specs.ts'
import { fuzzFragments, fuzzFrames, fuzzHandshakes, fuzzMessages, type ServedAgent } from './to-agent.ts'
import { floodServer, fuzzAgentFrames, fuzzAgentMessages } from './to-server.ts'

/** A part of the fuzzing, with the rule that it holds things to. It throws Error when that is broken. */
export interface FuzzPart {
  readonly rule: string
  /** Inputs of the short form. */
  readonly inputs: number
  readonly run: (scope: Scope, campaign: Campaign) => Promise<FuzzReport>
}

export const PARTS: readonly FuzzPart[] = [
  { rule: 'FUZZ1', inputs: 10_000, run: async (_scope, campaign) => fuzzDocuments(campaign) },
  { rule: 'FUZZ2', inputs: 300, run: withAgent(fuzzRuns) },
  { rule: 'FUZZ3', inputs: 300, run: withAgent(fuzzHttp) },
  { rule: 'FUZZ4', inputs: 2_000, run: withServedAgent(fuzzMessages) },
  { rule: 'FUZZ5', inputs: 60, run: withServedAgent(fuzzFrames) },
  { rule: 'FUZZ6', inputs: 30, run: withServedAgent(fuzzHandshakes) },
  { rule: 'FUZZ7', inputs: 1, run: withServedAgent(fuzzFragments) },
  { rule: 'FUZZ8', inputs: 1_000, run: withServer((server, campaign) => fuzzAgentMessages(server.door, campaign)) },
  { rule: 'FUZZ9', inputs: 60, run: withServer((server, campaign) => fuzzAgentFrames(server.door, campaign)) },
  { rule: 'FUZZ10', inputs: 1, run: withServer((server) => floodServer(server.door)) },
]

function withAgent(part: (agent: FuzzedAgent, campaign: Campaign) => Promise<FuzzReport>): FuzzPart['run'] {
  return async (scope, campaign) => {
    const agent = await FuzzedAgent.start(scope)
    return bounded(agent.pid, () => part(agent, campaign))
  }
}

function withServedAgent(part: (served: ServedAgent, campaign: Campaign) => Promise<FuzzReport>): FuzzPart['run'] {
  return async (scope, campaign) => {
    const server = await HostileServer.start(scope)
    const agent = await FuzzedAgent.start(scope, server)
    const report = await bounded(agent.pid, () => part({ server, agent }, campaign))
    const { status } = await agent.ask('GET', '/agent')
    if (status !== 200) throw new Error(`GET /agent: ${status}`)
    return report
  }
}

function withServer(part: (server: FuzzedServer, campaign: Campaign) => Promise<FuzzReport>): FuzzPart['run'] {
  return async (scope, campaign) => {
    const server = await FuzzedServer.start(scope)
    const report = await bounded(server.pid, () => part(server, campaign))
    await server.runsJobs()
    return report
  }
}
