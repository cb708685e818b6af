import type { Register } from '../message/index.ts'

/** What an existing agent with the token `tok` registers with. */
export const REGISTER: Register = {
  type: 'Register',
  conn: { conn_id: 'c1', group_id: 'default', restricted_exe: null },
  proc: { pid: 10, ppid: 1, uid: 0, euid: 0, username: 'root', gid: 0, egid: 0, groupname: 'root', hostname: 'h' },
  proc_ids: [],
  access_token: 'tok',
  shutdown_state: 'active',
}
