import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decodeOutputFrame,
  encodeOutputFrame,
  type FeedAction,
  type FeedEvent,
  type FeedMessage,
  type FeedState,
  FIRST_FEED_STATE,
  MAX_RETRY,
  parseFeedFrame,
  parseRunFeedFrame,
  runFeedPath,
  stepFeed,
} from './index.ts'

const time = '2026-01-02T03:04:05.678+00:00'
const hello = (seq: number): FeedMessage => ({ type: 'hello', seq, time, version: '1' })
const reset = (seq: number): FeedMessage => ({ type: 'reset', seq, time })
const gone = (seq: number): FeedMessage => ({ type: 'run_delete', seq, time, run_id: `r${seq}` })
const frame = (...messages: FeedMessage[]): FeedEvent => ({ type: 'frame', messages })

/** Plays events in order: the last state, and the actions of each event. */
function play(events: readonly FeedEvent[], jitter = 1): { state: FeedState; actions: (readonly FeedAction[])[] } {
  let state = FIRST_FEED_STATE
  const actions = events.map((event) => {
    const step = stepFeed(state, event, jitter)
    state = step.state
    return step.actions
  })
  return { state, actions }
}

test('FEED1: the first connection loads everything', () => {
  const { state, actions } = play([{ type: 'start' }, frame(hello(7))])
  assert.deepEqual(actions, [[{ type: 'connect', since: null }], [{ type: 'load' }]])
  assert.deepEqual(state, { phase: 'live', seq: 7, failures: 0 })
})

test('FEED2: each message is delivered once, in order', () => {
  const { actions, state } = play([
    { type: 'start' },
    frame(hello(7)),
    frame(gone(8), gone(8), gone(10)),
    frame(gone(9), gone(11)),
  ])
  assert.deepEqual(actions.slice(2), [
    [{ type: 'deliver', messages: [gone(8), gone(10)] }],
    [{ type: 'deliver', messages: [gone(11)] }],
  ])
  assert.equal(state.seq, 11)
})

test('FEED3: waits double up to a limit, and a greeting sets them back', () => {
  const lost: FeedEvent[] = [{ type: 'closed' }, { type: 'waited' }]
  const waits = (events: readonly FeedEvent[], jitter: number) =>
    play([{ type: 'start' }, ...events], jitter)
      .actions.flat()
      .flatMap((action) => (action.type === 'wait' ? [action.ms] : []))
  assert.deepEqual(waits([...lost, ...lost, ...lost], 1), [500, 1000, 2000])
  assert.equal(waits(Array.from({ length: 20 }, () => lost).flat(), 1).at(-1), MAX_RETRY)
  assert.deepEqual(waits(lost, 0), [250])
  assert.deepEqual(waits([...lost, ...lost, frame(hello(1)), ...lost], 1), [500, 1000, 500])
})

test('FEED4: a connection made again resumes by number', () => {
  const { actions } = play([
    { type: 'start' },
    frame(hello(7), gone(9)),
    { type: 'closed' },
    { type: 'waited' },
    frame(hello(9), gone(10)),
  ])
  assert.deepEqual(actions.slice(3), [[{ type: 'connect', since: 9 }], [{ type: 'deliver', messages: [gone(10)] }]])
})

test('FEED5: a reset loads everything anew', () => {
  const { actions, state } = play([
    { type: 'start' },
    frame(hello(90)),
    { type: 'closed' },
    { type: 'waited' },
    frame(hello(5), reset(5)),
    frame(gone(6)),
  ])
  assert.deepEqual(actions.slice(4), [[{ type: 'load' }], [{ type: 'deliver', messages: [gone(6)] }]])
  assert.equal(state.seq, 6)
})

test('FEED6: once stopped it does nothing more', () => {
  const { actions } = play([
    { type: 'start' },
    { type: 'stop' },
    frame(hello(1), gone(2)),
    { type: 'closed' },
    { type: 'waited' },
  ])
  assert.deepEqual(actions.slice(1), [[{ type: 'disconnect' }], [], [], []])
})

test('FEED7: unknown types are left out, and what is no frame is an error', () => {
  assert.deepEqual(parseFeedFrame(JSON.stringify([gone(1), { type: 'weather', seq: 2 }, gone(3)])), [gone(1), gone(3)])
  for (const text of ['', '{}', '[1]', '[{"type":"hello"}]', 'null']) assert.throws(() => parseFeedFrame(text), text)
})

test('FEED8: an output frame reads back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 3000 }), fc.nat(), fc.nat(), (data, start, more) => {
      const written = { start, total: start + data.length + more, contentType: 'application/octet-stream', data }
      const read = decodeOutputFrame(encodeOutputFrame(written))
      assert.deepEqual({ ...read, data: Uint8Array.from(read.data) }, written)
    }),
  )
})

test('FEED9: bytes that are no frame are an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      assert.throws(() => decodeOutputFrame(bytes), SyntaxError)
    }),
  )
  const bytes = encodeOutputFrame({ start: 0, total: 3, contentType: 'x', data: Uint8Array.of(1, 2, 3) })
  assert.throws(() => decodeOutputFrame(bytes.subarray(0, -1)), SyntaxError)
})

test('FEED10: the path of a feed of one run says where its reader is', () => {
  const position = { seq: 7, outputs: { output: 5, 'a b': 0 } }
  assert.equal(runFeedPath('r1', position), '/api/v1/runs/r1/feed?since=7&output=output%3A5&output=a%20b%3A0')
})

test('FEED11: a frame of the feed of one run reads back, and unknown types are left out', () => {
  const end = { type: 'end', seq: 3 } as const
  assert.deepEqual(parseRunFeedFrame(JSON.stringify([end, { type: 'weather' }])), [end])
  for (const text of ['', '{}', '[1]', '[{"type":"end"}]']) assert.throws(() => parseRunFeedFrame(text), text)
})

test('FEED12: an output frame may name its output', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 50, unit: 'grapheme' }), (outputId) => {
      const frame = { start: 0, total: 1, contentType: 'x', data: Uint8Array.of(7), outputId }
      assert.equal(decodeOutputFrame(encodeOutputFrame(frame)).outputId, outputId)
    }),
  )
})

test('FEED13: pauses and backfills begin and end', () => {
  const messages: readonly FeedMessage[] = [
    { type: 'pause', seq: 1, time, change: 'added', pause_id: 'p' },
    { type: 'backfill', seq: 2, time, change: 'ended', backfill_id: 'b' },
  ]
  assert.deepEqual(parseFeedFrame(JSON.stringify(messages)), messages)
  for (const message of messages) {
    assert.throws(() => parseFeedFrame(JSON.stringify([{ ...message, change: 'moved' }])))
  }
})
