/* The load comes from a process of its own: what it costs to ask is not on the account of who answers. */
import { type Calls, callAgain, type Load, type Reads, readAgain } from './load.js';
import { answerQuestions } from './program.js';

answerQuestions<Calls | Reads>((job): Promise<Load> => (job.kind === 'calls' ? callAgain(job) : readAgain(job)));
