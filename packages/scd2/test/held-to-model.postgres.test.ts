import { describeAnyLoads } from './held-to-model.ts'

describeAnyLoads('postgres')
