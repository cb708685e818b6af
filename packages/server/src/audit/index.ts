// The audit of a data folder, for commands that need no server.
export {
  type AuditFinding,
  type AuditOptions,
  type AuditReport,
  type AuditRule,
  auditFolder,
} from '@apsis/store/audit'
