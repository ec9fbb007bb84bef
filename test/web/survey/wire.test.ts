import { describe, expectTypeOf, it } from 'vitest';
import type {
  createInterviewService,
  Receipt as ServerReceipt,
  SurveyEntry,
} from '../../../src/services/interviews.ts';
import type { Entry, finishInterview, Receipt, Reply } from '../../../web/survey/api.ts';

type Service = ReturnType<typeof createInterviewService>;

describe("the resident's page and the server", () => {
  it('mean the same by an entry: to open, to resume, or a receipt', () => {
    expectTypeOf<SurveyEntry>().toExtend<Entry>();
    expectTypeOf<Awaited<ReturnType<Service['resumeInterview']>>>().toExtend<Entry>();
  });

  it('mean the same by a receipt', () => {
    expectTypeOf<ServerReceipt>().toExtend<Receipt>();
    expectTypeOf<Awaited<ReturnType<typeof finishInterview>>>().toEqualTypeOf<Reply<Receipt>>();
  });
});
