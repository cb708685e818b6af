export { expandAll, expandEach, expandField } from './expand.ts'
export {
  durationTemplate,
  parseDurationText,
  parseSignalText,
  signalTemplate,
  templateField,
  templateTextField,
} from './field.ts'
