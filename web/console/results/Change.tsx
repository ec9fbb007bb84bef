import type { Figure } from '../../../src/core/indicators/types.ts';
import { formatPoints, formatPointsInterval, formatSigned } from '../../shared/format.ts';
import { type Speech, useSpeech } from '../context.tsx';
import { Why } from '../method/Why.tsx';
import type { ResultsView } from '../wire.ts';
import { VERDICT_SHORT, VERDICT_WORDS } from '../wording.ts';

const ARROWS = { up: '↑', down: '↓', 'no-reliable-change': '→' } as const;

const arrowOf = (verdict: string): string => ARROWS[verdict as keyof typeof ARROWS] ?? '';
const isReliable = (verdict: string): boolean => verdict === 'up' || verdict === 'down';

/** What a column of changes is called: 同比, or what else they are against. */
export function changeLabel(view: ResultsView, { say, pick }: Pick<Speech, 'say' | 'pick'>): string {
  return view.base ? pick(view.base.comparison.label) : say('changeLabel');
}

/** The change under a large figure: arrow and word first, then the points, then how sure. */
export function ChangeLine({ figure, label }: { figure: Figure; label: string }) {
  const { say, pick, lang } = useSpeech();
  const { verdict, printed, interval, p } = figure.change;
  return (
    <div className={`change change-${verdict}`}>
      <p className="change-verdict">
        <span aria-hidden="true">{arrowOf(verdict)}</span>{' '}
        <Why about={verdict === 'not-comparable' ? 'series' : 'significance'}>{pick(VERDICT_WORDS[verdict])}</Why>
      </p>
      {printed === null ? null : (
        <p className="change-points">
          <Why about="change">{label}</Why> {formatPoints(printed, lang)}
          {interval ? (
            <span className="muted change-interval">
              {say('changeInterval')} {formatPointsInterval(interval, p, lang)}
            </span>
          ) : null}
        </p>
      )}
    </div>
  );
}

/** The same in a table's cell. */
export function ChangeCell({ figure }: { figure: Figure }) {
  const { pick } = useSpeech();
  const { verdict, printed } = figure.change;
  return (
    <>
      <span className={`figure change-${verdict}`}>
        <span aria-hidden="true">{isReliable(verdict) ? `${arrowOf(verdict)} ` : ''}</span>
        {formatSigned(printed)}
      </span>
      <span className={`under change-${verdict}`}>{pick(VERDICT_SHORT[verdict])}</span>
    </>
  );
}
