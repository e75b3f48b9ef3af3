export { default } from '../../../lib/exam'
