import { describeHeldToModel } from './held-to-model.ts'

describeHeldToModel('postgres')
