export { AUDIT_RULES, type AuditFinding, type AuditOptions, type AuditReport, auditFolder } from './audit.ts'
export type { AuditRule, Span } from './rule.ts'
