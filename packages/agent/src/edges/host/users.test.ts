import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { temporaryFolder } from '../../fixture/agent.ts'
import { HostAccounts, namesAccounts } from './users.ts'

const PASSWD = `root:x:0:0:root:/root:/bin/sh
ann:x:1000:100:Ann:/home/ann:/bin/sh

+nis
broken:x:ten:100::/:/bin/sh
77:x:1077:100::/:/bin/sh
`
const GROUP = `root:x:0:
users:x:100:
audio:x:29:bob,ann
video:x:44:ann,
cdrom:x:24:anna
`

test('names and numbers of the host’s files', async (context) => {
  const folder = await temporaryFolder(context)
  const files = { passwd: join(folder, 'passwd'), group: join(folder, 'group') }
  await writeFile(files.passwd, PASSWD)
  await writeFile(files.group, GROUP)
  const host = new HostAccounts(files)
  const accounts = host.current()
  const ann = { uid: 1000, gid: 100, groups: [100, 29, 44] }
  for (const name of ['ann', 1000, '1000']) assert.deepEqual(accounts.user(name), ann, String(name))
  assert.deepEqual(accounts.user('77'), { uid: 1077, gid: 100, groups: [100] })
  assert.deepEqual(accounts.user(77), { uid: 77, gid: null, groups: [] })
  for (const name of ['bob', 'broken', '', 'x:0']) assert.equal(accounts.user(name), null, name)
  assert.deepEqual(
    ['audio', '44', 7, 'nobody', '99999999999'].map((name) => accounts.group(name)),
    [29, 44, 7, null, null],
  )
  await writeFile(files.passwd, `${PASSWD}bob:x:1001:100::/:/bin/sh\n`)
  const changed = host.current()
  assert.deepEqual(changed.user('bob'), { uid: 1001, gid: 100, groups: [100, 29] })
  assert.equal(host.current(), changed)
  // What was handed out stays as it was.
  assert.equal(accounts.user('bob'), null)
})

test('without files there are only numbers', () => {
  const accounts = new HostAccounts({ passwd: '/nonexistent', group: '/nonexistent' }).current()
  assert.equal(accounts.user('root'), null)
  assert.deepEqual(accounts.user(0), { uid: 0, gid: null, groups: [] })
  assert.equal(accounts.group(5), 5)
})

test('which specs need the accounts', () => {
  const needs = [{ user: 'a' }, { group: 0 }, { groups: [] }].map((more) => namesAccounts({ argv: ['x'], ...more }))
  assert.deepEqual(needs, [true, true, true])
  assert.equal(namesAccounts({ argv: ['x'], user: null }), false)
})
