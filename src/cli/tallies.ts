import { OPERATOR } from '../services/actor.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { type Session, withServices } from './session.ts';

interface Options {
  readonly wave?: string;
  readonly json?: boolean;
}

const MOST_SHOWN = 20;

/** Counts the responses again; `found` when a stored counter differs. */
export async function verifyTallies(session: Session, options: Options): Promise<ExitCode> {
  const { out, lang } = session.terminal;
  const checks = await withServices(session, 'read', ({ tallies }) =>
    tallies.verifyTallies(OPERATOR, options.wave ?? null),
  );
  if (options.json) out(`${JSON.stringify({ checks }, null, 2)}\n`);
  for (const { wave, responses, cells, differing } of options.json ? [] : checks) {
    const about = lang === 'zh' ? `${responses}份答卷，${cells}个计数` : `${responses} responses, ${cells} counters`;
    if (differing.length === 0) out(`${wave}: ${about}${lang === 'zh' ? '，一致' : ', equal'}\n`);
    else out(`${wave}: ${about}${lang === 'zh' ? `，${differing.length}个不一致` : `, ${differing.length} differ`}\n`);
    for (const { key, stored, recounted } of differing.slice(0, MOST_SHOWN)) {
      out(`  ${key}: ${stored} ≠ ${recounted}\n`);
    }
  }
  return checks.some(({ differing }) => differing.length > 0) ? EXIT.found : EXIT.ok;
}

export async function rebuildTallies(session: Session, options: Options): Promise<void> {
  const { out, lang } = session.terminal;
  const checks = await withServices(session, 'read', ({ tallies }) =>
    tallies.rebuildTallies(OPERATOR, options.wave ?? null),
  );
  if (options.json) out(`${JSON.stringify({ checks }, null, 2)}\n`);
  for (const { wave, responses, differing } of options.json ? [] : checks) {
    out(
      lang === 'zh'
        ? `${wave}：按${responses}份答卷重新计数，改正${differing.length}个\n`
        : `${wave}: counted again from ${responses} responses, ${differing.length} corrected\n`,
    );
  }
}
