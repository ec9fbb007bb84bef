import { Link } from 'wouter';
import { formatInstant, formatShare } from '../../shared/format.ts';
import { MODE_WORDS } from '../../shared/wording.ts';
import type { Address } from '../address.ts';
import { listUnits } from '../calls.ts';
import { Empty, Loaded } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { useRemote } from '../remote.ts';
import { getReview, listReviews } from './calls.ts';
import { Review } from './Review.tsx';
import { usePhoneSpeech } from './speech.ts';
import { REVIEW_REASONS } from './wording.ts';

/** The re-listen queue: what chance and signs put there, and one of them to listen to. */
export function ReviewsTab({ wave, address }: { wave: string; address: Address }) {
  const id = address.get('review');
  return id === null ? <Queue wave={wave} address={address} /> : <One key={id} id={id} address={address} />;
}

function One({ id, address }: { id: string; address: Address }) {
  const review = useRemote(`review ${id}`, () => getReview(id));
  return (
    <Loaded remote={review}>
      {(view) => <Review review={view} back={address.with({ review: null })} reload={review.reload} />}
    </Loaded>
  );
}

function Queue({ wave, address }: { wave: string; address: Address }) {
  const { tell, pick, lang } = usePhoneSpeech();
  const state = address.get('state') === 'done' ? 'done' : 'open';
  const reviews = useRemote(`reviews ${wave} ${state}`, () => listReviews(wave, state));
  const units = useRemote('units', listUnits);
  const names = new Map(units.data?.units.map(({ code, name }) => [code, name]) ?? []);
  return (
    <>
      <p className="hint">{tell('reviewsLead')}</p>
      <nav className="tabs" aria-label={tell('reviews')}>
        <ul>
          {(['open', 'done'] as const).map((one) => (
            <li key={one}>
              <Link
                href={address.with({ state: one === 'open' ? null : one })}
                aria-current={one === state ? 'page' : undefined}
              >
                {tell(one === 'open' ? 'reviewsOpen' : 'reviewsFinished')}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Loaded remote={reviews}>
        {({ reviews: rows }) =>
          rows.length === 0 ? (
            <Empty title={tell(state === 'open' ? 'reviewsNone' : 'reviewsNoneDone')} />
          ) : (
            <Table
              caption={tell('reviews')}
              rows={rows}
              keyOf={({ id }) => id}
              columns={[
                {
                  head: tell('when'),
                  names: true,
                  cell: ({ id, createdAt }) => (
                    <Link className="nowrap" href={address.with({ review: id })}>
                      {formatInstant(createdAt, lang)}
                    </Link>
                  ),
                },
                { head: tell('town'), cell: ({ unitCode }) => names.get(unitCode) ?? unitCode },
                { head: tell('mode'), cell: ({ byKeypad }) => pick(MODE_WORDS[byKeypad ? 'keypad' : 'phone']) },
                {
                  head: tell('reviewWhy'),
                  cell: ({ reason }) =>
                    reason
                      .map((one) => (REVIEW_REASONS[one] ? pick(REVIEW_REASONS[one]) : one))
                      .join(lang === 'zh' ? '、' : ', '),
                },
                { head: tell('agreement'), number: true, cell: ({ agreement }) => formatShare(agreement) },
              ]}
            />
          )
        }
      </Loaded>
    </>
  );
}
